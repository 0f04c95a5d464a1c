#!/usr/bin/env bash
# One certificate for scheduler, workers and driver, in tls/: whoever has its key may compute, so guard it like a key of ssh.
set -euo pipefail
umask 077
mkdir tls
openssl req -x509 -newkey rsa:3072 -nodes -days 365 -subj /CN=lossbook \
  -addext keyUsage=critical,digitalSignature,keyCertSign -keyout tls/key.pem -out tls/cert.pem
