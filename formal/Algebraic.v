(** The algebraic family u / sqrt(u^2 + delta), the second example of the paper.

    For every delta > 0 it is an odd sigmoid with the density delta / sqrt(u^2 + delta)^3 and
    satisfies criterion (C), hence T3.  With v = sqrt(1 - beta^2), w = sqrt(1 - 4 beta^2) criterion
    (C) reads 1 + w^3 < 2 v^3; it follows from 4 v^2 = 3 + w^2 and 4 v >= 3 + w. *)
From Coq Require Import Reals Lra.
From Coquelicot Require Import Coquelicot.
From Lossbook Require Import Calculus Sigmoid Gain Uniqueness Families.
Open Scope R_scope.

(** The algebraic sigmoid; delta enters as in the paper, so sqrt(delta) is its scale. *)
Definition algebraic_sigmoid (delta u : R) : R := u / sqrt (u * u + delta).

(** The density of the algebraic sigmoid. *)
Definition algebraic_density (delta u : R) : R := delta / sqrt (u * u + delta) ^ 3.

(** * Two inequalities *)

(** Cubes grow on the half line. *)
Lemma cube_increasing (u v : R) : 0 <= u -> u < v -> u ^ 3 < v ^ 3.
Proof.
  intros u_nonneg order.
  pose proof (Rmult_le_0_lt_compat u v u v u_nonneg u_nonneg order order) as squares.
  pose proof (Rmult_le_0_lt_compat (u * u) (v * v) u v
    (Rle_0_sqr u) u_nonneg squares order). simpl. lra.
Qed.

(** If 4 v^2 = 3 + w^2 with w < 1, then 1 + w^3 < 2 v^3. *)
Lemma cubes_of_roots (v w : R) :
  0 < v -> 0 < w -> 4 * v ^ 2 = 3 + w ^ 2 -> w ^ 2 < 1 -> 1 + w ^ 3 < 2 * v ^ 3.
Proof.
  intros v_pos w_pos squares w_squared.
  assert (w_small : w < 1) by (apply Rsqr_incrst_0; unfold Rsqr; lra).
  assert (v_large : 3 + w <= 4 * v).
  { pose proof (pow2_ge_0 (1 - w)). apply Rsqr_incr_0; unfold Rsqr; lra. }
  pose proof (Rmult_le_compat_r (3 + w ^ 2) _ _ ltac:(pose proof (pow2_ge_0 w); lra) v_large).
  replace (2 * v ^ 3) with (v / 2 * (4 * v ^ 2)) by field. rewrite squares.
  assert (gap : 0 < (1 - w) * (1 + 4 * w + 7 * w ^ 2)).
  { pose proof (pow2_ge_0 w). apply Rmult_lt_0_compat; lra. }
  lra.
Qed.

(** * The root *)

(** What is under the root is positive. *)
Lemma radicand_positive (delta u : R) : 0 < delta -> 0 < u * u + delta.
Proof. intro delta_pos. pose proof (Rle_0_sqr u). unfold Rsqr in *. lra. Qed.

(** The root is positive. *)
Lemma root_positive (delta u : R) : 0 < delta -> 0 < sqrt (u * u + delta).
Proof. intro delta_pos. now apply sqrt_lt_R0, radicand_positive. Qed.

(** The square of the root is u^2 + delta. *)
Lemma root_squared (delta u : R) :
  0 < delta -> sqrt (u * u + delta) * sqrt (u * u + delta) = u * u + delta.
Proof. intro delta_pos. apply sqrt_sqrt. left. now apply radicand_positive. Qed.

(** The root lies between u and u + sqrt(delta) for u > 0. *)
Lemma root_bounds (delta u : R) :
  0 < delta -> 0 < u -> u < sqrt (u * u + delta) < u + sqrt delta.
Proof.
  intros delta_pos u_pos.
  pose proof (root_positive delta u delta_pos) as pos.
  pose proof (root_squared delta u delta_pos) as squared.
  pose proof (sqrt_lt_R0 _ delta_pos) as scale_pos.
  pose proof (sqrt_sqrt delta ltac:(lra)) as scale_squared.
  pose proof (Rmult_lt_0_compat u (sqrt delta) u_pos scale_pos).
  split; apply Rsqr_incrst_0; unfold Rsqr; lra.
Qed.

(** * The odd sigmoid *)

(** The density is the derivative of the algebraic sigmoid. *)
Theorem algebraic_derivative (delta u : R) :
  0 < delta -> is_derive (algebraic_sigmoid delta) u (algebraic_density delta u).
Proof.
  intro delta_pos. pose proof (root_positive delta u delta_pos) as pos.
  pose proof (root_squared delta u delta_pos) as squared.
  pose proof (radicand_positive delta u delta_pos) as under.
  unfold algebraic_sigmoid, algebraic_density. auto_derive; [repeat split; lra |].
  set (r := sqrt (u * u + delta)) in *. replace delta with (r * r - u * u) by lra.
  field. lra.
Qed.

(** The density of the algebraic sigmoid falls on the half line. *)
Lemma algebraic_density_falls (delta u v : R) :
  0 < delta -> 0 <= u -> u < v -> algebraic_density delta v < algebraic_density delta u.
Proof.
  intros delta_pos u_nonneg order. apply Rmult_lt_compat_l; [exact delta_pos |].
  pose proof (root_positive delta u delta_pos) as u_root.
  pose proof (root_positive delta v delta_pos) as v_root.
  apply Rinv_lt_contravar; [apply Rmult_lt_0_compat; now apply pow_lt |].
  apply cube_increasing; [lra |].
  apply sqrt_lt_1_alt. split; [left; now apply radicand_positive |].
  pose proof (Rmult_le_0_lt_compat u v u v u_nonneg u_nonneg order order). lra.
Qed.

(** The algebraic sigmoid tends to 1. *)
Lemma algebraic_limit (delta : R) : 0 < delta -> is_lim (algebraic_sigmoid delta) p_infty 1.
Proof.
  intro delta_pos. apply (limit_one _ (sqrt delta)). intros u u_pos.
  pose proof (root_bounds delta u delta_pos u_pos) as bounds.
  pose proof (sqrt_lt_R0 _ delta_pos) as scale_pos. unfold algebraic_sigmoid.
  set (r := sqrt (u * u + delta)) in *. set (s := sqrt delta) in *.
  split; [| apply Rle_div_l; lra].
  apply Rle_div_r; [lra |].
  replace ((1 - s / u) * r) with (r - s * (r / u)) by (field; lra).
  assert (ratio : 1 <= r / u) by (apply Rle_div_r; lra).
  pose proof (Rmult_le_compat_l s 1 (r / u) ltac:(lra) ratio). lra.
Qed.

(** The algebraic sigmoid is an odd sigmoid. *)
Theorem algebraic_is_odd_sigmoid (delta : R) :
  0 < delta -> odd_sigmoid (algebraic_sigmoid delta).
Proof.
  intro delta_pos. apply (odd_sigmoid_from_density _ (algebraic_density delta)).
  - intro u. unfold algebraic_sigmoid. replace (- u * - u) with (u * u) by ring.
    unfold Rdiv. ring.
  - intro u. now apply algebraic_derivative.
  - intro u. apply Rdiv_lt_0_compat; [exact delta_pos |]. now apply pow_lt, root_positive.
  - intros u v. now apply algebraic_density_falls.
  - now apply algebraic_limit.
Qed.

(** * Criterion (C) *)

(** With s = sqrt(delta) / root, the density is s^3 / sqrt(delta) and s^2 = 1 - sigma^2. *)
Lemma algebraic_density_cube (delta u : R) :
  0 < delta ->
  let s := sqrt delta / sqrt (u * u + delta) in
  0 < s /\ s ^ 2 = 1 - algebraic_sigmoid delta u ^ 2 /\
  algebraic_density delta u = s ^ 3 / sqrt delta.
Proof.
  intros delta_pos s. pose proof (root_positive delta u delta_pos) as pos.
  pose proof (root_squared delta u delta_pos) as squared.
  pose proof (sqrt_lt_R0 _ delta_pos) as scale_pos.
  pose proof (sqrt_sqrt delta ltac:(lra)) as scale_squared.
  unfold algebraic_density, algebraic_sigmoid, s. set (r := sqrt (u * u + delta)) in *.
  set (k := sqrt delta) in *.
  split; [now apply Rdiv_lt_0_compat |]. split.
  - apply (Rmult_eq_reg_r (r * r)); [| apply Rgt_not_eq; now apply Rmult_lt_0_compat].
    replace ((k / r) ^ 2 * (r * r)) with (k * k) by (field; lra).
    replace ((1 - (u / r) ^ 2) * (r * r)) with (r * r - u * u) by (field; lra). lra.
  - rewrite <- scale_squared. field. lra.
Qed.

(** The algebraic sigmoid satisfies criterion (C). *)
Theorem algebraic_criterion (delta : R) :
  0 < delta -> criterion_C (algebraic_sigmoid delta) (algebraic_density delta).
Proof.
  intros delta_pos z y z_pos double. pose proof (sqrt_lt_R0 _ delta_pos) as scale_pos.
  pose proof (algebraic_is_odd_sigmoid delta delta_pos) as sigmoid.
  pose proof (sigmoid_positive _ sigmoid z z_pos) as value_pos.
  destruct (algebraic_density_cube delta 0 delta_pos) as [t_pos [t_squared t_density]].
  destruct (algebraic_density_cube delta z delta_pos) as [v_pos [v_squared v_density]].
  destruct (algebraic_density_cube delta y delta_pos) as [w_pos [w_squared w_density]].
  rewrite t_density, v_density, w_density. rewrite double in w_squared.
  rewrite (sigmoid_zero _ sigmoid) in t_squared.
  set (t := sqrt delta / sqrt (0 * 0 + delta)) in *.
  set (v := sqrt delta / sqrt (z * z + delta)) in *.
  set (w := sqrt delta / sqrt (y * y + delta)) in *.
  set (beta := algebraic_sigmoid delta z) in *.
  assert (t_one : t = 1) by (apply Rsqr_inj; unfold Rsqr; lra).
  assert (0 < beta * beta) by now apply Rmult_lt_0_compat.
  pose proof (cubes_of_roots v w v_pos w_pos ltac:(lra) ltac:(lra)) as cubes.
  rewrite t_one. apply (Rmult_lt_reg_r (sqrt delta)); [exact scale_pos |].
  unfold Rdiv. rewrite Rmult_plus_distr_r, !Rmult_assoc, Rinv_l by lra. lra.
Qed.

(** T3 for the algebraic sigmoid: there is one maximiser, and it is a exactly when
    2 sigma(A) <= sigma(b - a). *)
Theorem T3_algebraic (delta a a1 b : R) :
  0 < delta -> a < a1 -> a1 - a < b - a1 ->
  (exists m, only_maximiser (gain (algebraic_sigmoid delta) 1 1 a a1 b) a b m) /\
  (global_maximiser (gain (algebraic_sigmoid delta) 1 1 a a1 b) a b a <->
    2 * algebraic_sigmoid delta (a1 - a) <= algebraic_sigmoid delta (b - a)).
Proof.
  intro delta_pos. apply (T3_one_maximiser_and_border _ (algebraic_density delta)).
  - now apply algebraic_is_odd_sigmoid.
  - intro u. now apply algebraic_derivative.
  - now apply algebraic_criterion.
Qed.
