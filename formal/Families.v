(** What the five families of sigmoids have in common.

    A differentiable odd function is an odd sigmoid if its derivative, the density, is positive and
    falls on the half line and its values come close enough to 1.  Criterion (C) and
    log-concavity, which decide the uniqueness of the maximiser (T3, T7), do not notice a change
    of scale; a density that falls at a growing relative rate has criterion (C). *)
From Coq Require Import Reals Lra.
From Coquelicot Require Import Coquelicot.
From Lossbook Require Import Calculus Sigmoid Gain Uniqueness.
Open Scope R_scope.

(** * Building a family *)

(** A function between 1 - c/u and 1 for all u > 0 tends to 1. *)
Lemma limit_one (f : R -> R) (c : R) :
  (forall u, 0 < u -> 1 - c / u <= f u <= 1) -> is_lim f p_infty 1.
Proof.
  intro close. apply is_lim_spec. intro eps. pose proof (cond_pos eps) as eps_pos.
  exists (Rmax 0 (c / eps)). intros u u_large.
  pose proof (Rmax_l 0 (c / eps)). pose proof (Rmax_r 0 (c / eps)).
  specialize (close u ltac:(lra)).
  assert (small : c / u < eps).
  { apply Rlt_div_l; [lra |]. rewrite Rmult_comm. apply Rlt_div_l; [exact eps_pos |]. lra. }
  apply Rabs_def1; lra.
Qed.

(** An odd function with limit 1 whose derivative is positive and falls on the half line is an
    odd sigmoid. *)
Lemma odd_sigmoid_from_density (sigma density : R -> R) :
  (forall u, sigma (- u) = - sigma u) ->
  (forall u, is_derive sigma u (density u)) ->
  (forall u, 0 < density u) ->
  (forall u v, 0 <= u -> u < v -> density v < density u) ->
  is_lim sigma p_infty 1 -> odd_sigmoid sigma.
Proof.
  intros odd derivative positive falling limit. split.
  - exact odd.
  - intro u. apply (ex_derive_continuous sigma). exists (density u). apply derivative.
  - intros u v order. apply (rises_if_positive sigma density derivative); auto.
  - now apply (concave_from_density sigma density).
  - exact limit.
Qed.

(** * Scales *)

(** A function of u/delta has the derivative divided by delta. *)
Lemma derivative_scaled (sigma density : R -> R) (delta u : R) :
  delta <> 0 -> (forall v, is_derive sigma v (density v)) ->
  is_derive (fun v => sigma (v / delta)) u (density (u / delta) / delta).
Proof.
  intros delta_nonzero derivative.
  replace (density (u / delta) / delta) with (scal (/ delta) (density (u / delta))).
  - apply (is_derive_comp sigma (fun v => v / delta)); [apply derivative |].
    auto_derive; [trivial | field; exact delta_nonzero].
  - unfold scal; simpl; unfold mult; simpl. field. exact delta_nonzero.
Qed.

(** Criterion (C) holds at every scale if it holds at one. *)
Lemma criterion_scaled (sigma density : R -> R) (delta : R) :
  0 < delta -> criterion_C sigma density ->
  criterion_C (fun u => sigma (u / delta)) (fun u => density (u / delta) / delta).
Proof.
  intros delta_pos criterion z y z_pos double.
  pose proof (criterion (z / delta) (y / delta) (Rdiv_lt_0_compat _ _ z_pos delta_pos) double)
    as at_scale.
  replace (0 / delta) with 0 by (field; lra).
  apply (Rmult_lt_reg_r delta); [exact delta_pos |].
  replace ((density 0 / delta + density (y / delta) / delta) * delta)
    with (density 0 + density (y / delta)) by (field; lra).
  replace (2 * (density (z / delta) / delta) * delta)
    with (2 * density (z / delta)) by (field; lra).
  exact at_scale.
Qed.

(** Log-concavity holds at every scale if it holds at one. *)
Lemma log_concave_scaled (density : R -> R) (delta : R) :
  0 < delta -> log_concave density -> log_concave (fun u => density (u / delta) / delta).
Proof.
  intros delta_pos concave x y d order d_pos.
  assert (inv_pos : 0 < / delta) by now apply Rinv_0_lt_compat.
  pose proof (concave (x / delta) (y / delta) (d / delta)
    ltac:(now apply Rmult_lt_compat_r) (Rdiv_lt_0_compat _ _ d_pos delta_pos)) as at_scale.
  replace ((y + d) / delta) with (y / delta + d / delta) by (field; lra).
  replace ((x + d) / delta) with (x / delta + d / delta) by (field; lra).
  apply (Rmult_lt_compat_r (/ delta * / delta)) in at_scale;
    [| now apply Rmult_lt_0_compat].
  unfold Rdiv in *. lra.
Qed.

(** * Criterion (C) from the relative rate of fall *)

(** If density' = - rate density with a growing rate, then criterion (C) holds. *)
Lemma criterion_from_rate (sigma density rate : R -> R) :
  odd_sigmoid sigma -> (forall u, is_derive sigma u (density u)) ->
  (forall u, 0 < density u) ->
  (forall u, is_derive density u (- (rate u * density u))) ->
  (forall u v, 0 <= u -> u < v -> rate u < rate v) -> criterion_C sigma density.
Proof.
  intros sigmoid derivative positive density_derivative growing z y z_pos double.
  pose proof (sigmoid_increasing _ sigmoid 0 z z_pos) as value_pos.
  rewrite (sigmoid_zero _ sigmoid) in value_pos.
  assert (z_y : z < y) by (apply (sigmoid_reflects_lt _ sigmoid); lra).
  set (hill := fun u => density u + rate z * sigma u).
  assert (hill_derivative : forall u, is_derive hill u ((rate z - rate u) * density u)).
  { intro u. replace ((rate z - rate u) * density u)
      with (- (rate u * density u) + rate z * density u) by ring.
    apply @is_derive_plus; [apply density_derivative |]. now apply is_derive_scal. }
  assert (up : hill 0 < hill z).
  { apply (rises_if_positive hill _ hill_derivative); [exact z_pos |].
    intros u u_in. pose proof (growing u z ltac:(lra) ltac:(lra)).
    apply Rmult_lt_0_compat; [lra | apply positive]. }
  assert (down : hill y < hill z).
  { apply (falls_if_negative hill _ hill_derivative); [exact z_y |].
    intros u u_in. pose proof (growing z u ltac:(lra) ltac:(lra)).
    pose proof (Rmult_lt_0_compat (rate u - rate z) (density u) ltac:(lra) (positive u)). lra. }
  unfold hill in up, down. rewrite (sigmoid_zero _ sigmoid) in up. rewrite double in down. lra.
Qed.

(** * The border (T3) in one piece *)

(** T3 with existence: under criterion (C) the gain with unit weights has exactly one local
    maximiser, and it is a exactly when 2 sigma(A) <= sigma(b - a). *)
Lemma T3_one_maximiser_and_border (sigma density : R -> R) (a a1 b : R) :
  odd_sigmoid sigma -> (forall u, is_derive sigma u (density u)) -> criterion_C sigma density ->
  a < a1 -> a1 - a < b - a1 ->
  (exists m, only_maximiser (gain sigma 1 1 a a1 b) a b m) /\
  (global_maximiser (gain sigma 1 1 a a1 b) a b a <-> 2 * sigma (a1 - a) <= sigma (b - a)).
Proof.
  intros sigmoid derivative criterion a_a1 imbalance. split.
  - now apply (T3_only_maximiser sigma density).
  - now apply (T3_exact_border sigma density).
Qed.
