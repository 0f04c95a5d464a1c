(** The arctangent family 2/PI atan(u/delta).

    At every scale delta > 0 it is an odd sigmoid with the density 2/PI / (1 + (u/delta)^2) / delta
    and satisfies criterion (C); so T3 holds: one maximiser, and it is the left end exactly when
    2 sigma(A) <= sigma(b - a).  Criterion (C) comes from cos^2(2 x) < cos(2 x) for x = atan z. *)
From Coq Require Import Reals Lra.
From Coquelicot Require Import Coquelicot.
From Lossbook Require Import Calculus Sigmoid Gain Uniqueness Families.
Open Scope R_scope.

(** The arctangent sigmoid with scale [delta]. *)
Definition arctan_sigmoid (delta u : R) : R := 2 / PI * atan (u / delta).

(** The density of the arctangent sigmoid with scale [delta]. *)
Definition arctan_density (delta u : R) : R := 2 / PI * / (1 + (u / delta) ^ 2) / delta.

(** * Scale 1 *)

(** The arctangent sigmoid with scale 1. *)
Definition arctan_unit (u : R) : R := 2 / PI * atan u.

(** The density of the arctangent sigmoid with scale 1. *)
Definition arctan_unit_density (u : R) : R := 2 / PI * / (1 + u ^ 2).

(** 2/PI is positive. *)
Lemma two_over_pi_positive : 0 < 2 / PI.
Proof. apply Rdiv_lt_0_compat; [lra | apply PI_RGT_0]. Qed.

(** 1 + u^2 is positive. *)
Lemma one_plus_square_positive (u : R) : 0 < 1 + u ^ 2.
Proof. pose proof (pow2_ge_0 u). lra. Qed.

(** The density is the derivative. *)
Lemma arctan_unit_derivative (u : R) : is_derive arctan_unit u (arctan_unit_density u).
Proof.
  apply is_derive_scal, is_derive_Reals, derivable_pt_lim_atan.
Qed.

(** The density falls on the half line. *)
Lemma arctan_unit_density_falls (u v : R) :
  0 <= u -> u < v -> arctan_unit_density v < arctan_unit_density u.
Proof.
  intros u_nonneg order. apply Rmult_lt_compat_l; [apply two_over_pi_positive |].
  pose proof (one_plus_square_positive u). pose proof (one_plus_square_positive v).
  apply Rinv_lt_contravar; [now apply Rmult_lt_0_compat |].
  pose proof (Rmult_le_0_lt_compat u v u v u_nonneg u_nonneg order order). simpl. lra.
Qed.

(** atan u < u for u > 0. *)
Lemma atan_below_identity (u : R) : 0 < u -> atan u < u.
Proof.
  intro u_pos.
  assert (derivative : forall t, is_derive (fun t => t - atan t) t (1 - / (1 + t ^ 2))).
  { intro t. apply @is_derive_minus; [apply @is_derive_id |].
    apply is_derive_Reals, derivable_pt_lim_atan. }
  assert (rises : 0 - atan 0 < u - atan u); [| rewrite atan_0 in rises; lra].
  apply (rises_if_positive _ _ derivative 0 u u_pos). intros t t_in.
  assert (0 < t ^ 2) by (apply pow_lt; lra).
  pose proof (Rinv_lt_contravar 1 (1 + t ^ 2) ltac:(lra) ltac:(lra)) as less.
  rewrite Rinv_1 in less. lra.
Qed.

(** The arctangent sigmoid with scale 1 is an odd sigmoid. *)
Lemma arctan_unit_sigmoid : odd_sigmoid arctan_unit.
Proof.
  pose proof two_over_pi_positive as scale_pos. pose proof PI_RGT_0 as pi_pos.
  apply (odd_sigmoid_from_density _ arctan_unit_density).
  - intro u. unfold arctan_unit. rewrite atan_opp. ring.
  - exact arctan_unit_derivative.
  - intro u. apply Rmult_lt_0_compat; [exact scale_pos |].
    apply Rinv_0_lt_compat, one_plus_square_positive.
  - exact arctan_unit_density_falls.
  - apply (limit_one _ (2 / PI)). intros u u_pos. unfold arctan_unit.
    pose proof (Rinv_0_lt_compat u u_pos) as inv_pos.
    pose proof (atan_below_identity (/ u) inv_pos) as small.
    pose proof (atan_bound u). rewrite (atan_inv u u_pos) in small.
    apply (Rmult_lt_compat_l (2 / PI)) in small; [| exact scale_pos].
    assert (half_turn : 2 / PI * (PI / 2) = 1) by (field; lra).
    pose proof (Rmult_lt_compat_l (2 / PI) (atan u) (PI / 2) scale_pos ltac:(lra)).
    unfold Rdiv at 1. lra.
Qed.

(** / (1 + u^2) is the square of the cosine of atan u. *)
Lemma cos_atan_squared (u : R) : / (1 + u ^ 2) = cos (atan u) ^ 2.
Proof.
  pose proof (one_plus_square_positive u) as pos.
  rewrite cos_atan. unfold Rsqr. replace (1 + u * u) with (1 + u ^ 2) by ring.
  rewrite <- (pow2_sqrt (1 + u ^ 2)) at 1 by lra.
  pose proof (sqrt_lt_R0 _ pos). field. lra.
Qed.

(** Criterion (C) at scale 1. *)
Lemma arctan_unit_criterion : criterion_C arctan_unit arctan_unit_density.
Proof.
  intros z y z_pos double. unfold arctan_unit, arctan_unit_density in *.
  pose proof two_over_pi_positive as scale_pos.
  assert (angle : atan y = 2 * atan z)
    by (apply (Rmult_eq_reg_l (2 / PI)); lra).
  pose proof (atan_bound y) as y_bound. pose proof (atan_increasing 0 z z_pos) as angle_pos.
  rewrite atan_0 in angle_pos. rewrite !cos_atan_squared, atan_0, cos_0, angle.
  pose proof (cos_gt_0 (2 * atan z) ltac:(lra) ltac:(lra)) as cos_pos.
  pose proof (cos_decreasing_1 0 (2 * atan z) ltac:(lra) ltac:(lra) ltac:(lra) ltac:(lra)
    ltac:(lra)) as cos_small.
  rewrite cos_0 in cos_small.
  pose proof (cos_2a_cos (atan z)) as half_angle.
  pose proof (Rmult_lt_compat_l _ _ _ cos_pos cos_small).
  replace (2 * (2 / PI * cos (atan z) ^ 2)) with (2 / PI * (2 * cos (atan z) ^ 2)) by ring.
  rewrite <- Rmult_plus_distr_l. apply Rmult_lt_compat_l; [exact scale_pos | lra].
Qed.

(** * Every scale *)

(** The arctangent sigmoid is an odd sigmoid. *)
Theorem arctan_is_odd_sigmoid (delta : R) : 0 < delta -> odd_sigmoid (arctan_sigmoid delta).
Proof. intro delta_pos. exact (odd_sigmoid_scaled _ delta delta_pos arctan_unit_sigmoid). Qed.

(** The density is the derivative of the arctangent sigmoid. *)
Theorem arctan_derivative (delta u : R) :
  0 < delta -> is_derive (arctan_sigmoid delta) u (arctan_density delta u).
Proof.
  intro delta_pos.
  apply (derivative_scaled arctan_unit arctan_unit_density); [lra | apply arctan_unit_derivative].
Qed.

(** The arctangent sigmoid satisfies criterion (C). *)
Theorem arctan_criterion (delta : R) :
  0 < delta -> criterion_C (arctan_sigmoid delta) (arctan_density delta).
Proof. intro delta_pos. exact (criterion_scaled _ _ delta delta_pos arctan_unit_criterion). Qed.

(** T3 for arctan: there is one maximiser, and it is a exactly when 2 sigma(A) <= sigma(b - a). *)
Theorem T3_arctan (delta a a1 b : R) :
  0 < delta -> a < a1 -> a1 - a < b - a1 ->
  (exists m, only_maximiser (gain (arctan_sigmoid delta) 1 1 a a1 b) a b m) /\
  (global_maximiser (gain (arctan_sigmoid delta) 1 1 a a1 b) a b a <->
    2 * arctan_sigmoid delta (a1 - a) <= arctan_sigmoid delta (b - a)).
Proof.
  intro delta_pos. apply (T3_one_maximiser_and_border _ (arctan_density delta)).
  - now apply arctan_is_odd_sigmoid.
  - intro u. now apply arctan_derivative.
  - now apply arctan_criterion.
Qed.
