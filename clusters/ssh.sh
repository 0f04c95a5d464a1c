#!/usr/bin/env bash
# Run a sweep on machines that ssh reaches: the scheduler and the driver here, a worker for each core there.
#
#   clusters/ssh.sh DESIGN DIR HOST...
#
# Every machine has this folder at the same place, tls/ of certificate.sh in it, and for ssh its environment on the PATH.
# What scheduler and workers say goes into cluster.log.
set -euo pipefail
design=$1 out=$2
shift 2
address="tls://${SCHEDULER:-$(hostname -f)}:${PORT:-8786}"
tls="--tls-ca-file tls/cert.pem --tls-cert tls/cert.pem --tls-key tls/key.pem"
export DASK_CONFIG=clusters/dask.yaml

ulimit -n "$(ulimit -Hn)" # two sockets a worker
trap 'kill $(jobs -p)' EXIT
dask scheduler --host "$address" $tls >cluster.log 2>&1 &
for host in "$@"; do
  ssh "$host" "cd '$PWD' && DASK_CONFIG=$DASK_CONFIG \
    exec dask worker '$address' --nworkers ${WORKERS:--1} --nthreads 1 --death-timeout 60 $tls" >>cluster.log 2>&1 &
done
lossbook sweep run "$design" --out "$out" --scheduler "$address" $tls
