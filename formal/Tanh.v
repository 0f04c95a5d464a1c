(** The hyperbolic tangent family tanh(u/delta).

    At every scale delta > 0 it is an odd sigmoid with the density (1 - tanh(u/delta)^2) / delta.
    The density is 1/cosh^2, which is strictly log-concave, and as a function of the value beta
    it is 1 - beta^2, which satisfies criterion (C); so both T3 and T7 hold. *)
From Coq Require Import Reals Lra.
From Coquelicot Require Import Coquelicot.
From Lossbook Require Import Calculus Sigmoid Gain Uniqueness Families.
Open Scope R_scope.

(** The hyperbolic tangent sigmoid with scale [delta]. *)
Definition tanh_sigmoid (delta u : R) : R := tanh (u / delta).

(** The density of the hyperbolic tangent sigmoid with scale [delta]. *)
Definition tanh_density (delta u : R) : R := (1 - tanh (u / delta) ^ 2) / delta.

(** * Hyperbolic functions *)

(** cosh is positive. *)
Lemma cosh_positive (u : R) : 0 < cosh u.
Proof. unfold cosh. pose proof (exp_pos u). pose proof (exp_pos (- u)). lra. Qed.

(** sinh is positive right of 0. *)
Lemma sinh_positive (u : R) : 0 < u -> 0 < sinh u.
Proof. intro u_pos. unfold sinh. pose proof (exp_increasing (- u) u ltac:(lra)). lra. Qed.

(** cosh^2 - sinh^2 = 1. *)
Lemma cosh_sinh_squares (u : R) : cosh u ^ 2 - sinh u ^ 2 = 1.
Proof.
  unfold cosh, sinh. pose proof (exp_plus u (- u)) as product.
  rewrite Rplus_opp_r, exp_0 in product. lra.
Qed.

(** cosh(u + v) = cosh(u) cosh(v) + sinh(u) sinh(v). *)
Lemma cosh_plus (u v : R) : cosh (u + v) = cosh u * cosh v + sinh u * sinh v.
Proof. unfold cosh, sinh. rewrite Ropp_plus_distr, !exp_plus. field. Qed.

(** sinh(u + v) = sinh(u) cosh(v) + cosh(u) sinh(v). *)
Lemma sinh_plus (u v : R) : sinh (u + v) = sinh u * cosh v + cosh u * sinh v.
Proof. unfold cosh, sinh. rewrite Ropp_plus_distr, !exp_plus. field. Qed.

(** cosh is even. *)
Lemma cosh_even (u : R) : cosh (- u) = cosh u.
Proof. unfold cosh. rewrite Ropp_involutive. lra. Qed.

(** sinh is odd. *)
Lemma sinh_odd (u : R) : sinh (- u) = - sinh u.
Proof. unfold sinh. rewrite Ropp_involutive. lra. Qed.

(** 1 - tanh^2 = 1/cosh^2. *)
Lemma tanh_squared (u : R) : 1 - tanh u ^ 2 = / cosh u ^ 2.
Proof.
  pose proof (cosh_positive u) as pos. pose proof (cosh_sinh_squares u) as squares.
  unfold tanh.
  apply (Rmult_eq_reg_r (cosh u ^ 2)); [| apply Rgt_not_eq; now apply pow_lt].
  replace ((1 - (sinh u / cosh u) ^ 2) * cosh u ^ 2) with (cosh u ^ 2 - sinh u ^ 2)
    by (field; lra).
  rewrite squares. field. lra.
Qed.

(** 1 - tanh^2 is positive. *)
Lemma tanh_unit_density_positive (u : R) : 0 < 1 - tanh u ^ 2.
Proof. rewrite tanh_squared. apply Rinv_0_lt_compat, pow_lt, cosh_positive. Qed.

(** * Scale 1 *)

(** tanh has the derivative 1 - tanh^2. *)
Lemma tanh_unit_derivative (u : R) : is_derive tanh u (1 - tanh u ^ 2).
Proof.
  pose proof (cosh_positive u) as pos.
  replace (1 - tanh u ^ 2) with ((cosh u * cosh u - sinh u * sinh u) / cosh u ^ 2)
    by (unfold tanh; field; lra).
  apply is_derive_div; [| | lra].
  - apply is_derive_Reals, derivable_pt_lim_sinh.
  - apply is_derive_Reals, derivable_pt_lim_cosh.
Qed.

(** tanh is positive right of 0. *)
Lemma tanh_positive (u : R) : 0 < u -> 0 < tanh u.
Proof.
  intro u_pos. apply Rdiv_lt_0_compat; [now apply sinh_positive | apply cosh_positive].
Qed.

(** tanh is odd. *)
Lemma tanh_odd (u : R) : tanh (- u) = - tanh u.
Proof. unfold tanh. rewrite sinh_odd, cosh_even. unfold Rdiv. ring. Qed.

(** tanh is increasing. *)
Lemma tanh_increasing (u v : R) : u < v -> tanh u < tanh v.
Proof.
  intro order. apply (rises_if_positive _ _ tanh_unit_derivative); [exact order |].
  intros x _. apply tanh_unit_density_positive.
Qed.

(** tanh lies between -1 and 1. *)
Lemma tanh_bounds (u : R) : -1 < tanh u < 1.
Proof.
  pose proof (tanh_unit_density_positive u).
  split; apply Rnot_le_lt; intro beyond.
  - pose proof (Rmult_le_compat 1 (- tanh u) 1 (- tanh u)
      ltac:(lra) ltac:(lra) ltac:(lra) ltac:(lra)). lra.
  - pose proof (Rmult_le_compat 1 (tanh u) 1 (tanh u)
      ltac:(lra) ltac:(lra) ltac:(lra) ltac:(lra)). lra.
Qed.

(** The density 1 - tanh^2 falls on the half line. *)
Lemma tanh_unit_density_falls (u v : R) :
  0 <= u -> u < v -> 1 - tanh v ^ 2 < 1 - tanh u ^ 2.
Proof.
  intros u_nonneg order. pose proof (tanh_increasing u v order) as rises.
  assert (nonneg : 0 <= tanh u).
  { destruct u_nonneg as [u_pos | <-]; [left; now apply tanh_positive |].
    unfold tanh. rewrite sinh_0. lra. }
  pose proof (Rmult_le_0_lt_compat _ _ _ _ nonneg nonneg rises rises). lra.
Qed.

(** tanh is an odd sigmoid. *)
Lemma tanh_unit_sigmoid : odd_sigmoid tanh.
Proof.
  apply (odd_sigmoid_from_density _ (fun u => 1 - tanh u ^ 2)).
  - exact tanh_odd.
  - exact tanh_unit_derivative.
  - exact tanh_unit_density_positive.
  - exact tanh_unit_density_falls.
  - apply (limit_one _ 1). intros u u_pos. split; [| left; apply tanh_bounds].
    pose proof (cosh_positive u) as pos. pose proof (exp_pos (- u)) as tail_pos.
    assert (tail : u * exp (- u) <= cosh u).
    { unfold cosh. pose proof (exp_ineq1_le u). pose proof (exp_ineq1_le (- u)).
      pose proof (Rmult_le_compat_r (exp (- u)) u (exp u) ltac:(lra) ltac:(lra)) as small.
      rewrite <- exp_plus, Rplus_opp_r, exp_0 in small. lra. }
    replace (tanh u) with (1 - exp (- u) / cosh u)
      by (unfold tanh, sinh; unfold cosh in *; field; lra).
    apply Rplus_le_compat_l, Ropp_le_contravar.
    apply Rle_div_l; [exact pos |]. apply (Rmult_le_reg_l u); [exact u_pos |].
    replace (u * (1 / u * cosh u)) with (cosh u) by (field; lra). exact tail.
Qed.

(** Criterion (C) at scale 1. *)
Lemma tanh_unit_criterion : criterion_C tanh (fun u => 1 - tanh u ^ 2).
Proof.
  intros z y z_pos double. cbv beta. rewrite double, (sigmoid_zero _ tanh_unit_sigmoid).
  pose proof (tanh_positive z z_pos) as pos. pose proof (Rmult_lt_0_compat _ _ pos pos). lra.
Qed.

(** 1/cosh^2 is strictly log-concave. *)
Lemma tanh_unit_log_concave : log_concave (fun u => 1 - tanh u ^ 2).
Proof.
  intros x y d order d_pos. cbv beta. rewrite !tanh_squared.
  pose proof (cosh_positive x). pose proof (cosh_positive y).
  pose proof (cosh_positive (x + d)). pose proof (cosh_positive (y + d)).
  assert (gap : cosh (y + d) * cosh x - cosh (x + d) * cosh y = sinh d * sinh (y - x)).
  { unfold Rminus at 2. rewrite !cosh_plus, sinh_plus, cosh_even, sinh_odd. ring. }
  pose proof (Rmult_lt_0_compat _ _ (sinh_positive d d_pos) (sinh_positive (y - x) ltac:(lra))).
  rewrite <- !Rinv_mult, <- !Rpow_mult_distr.
  apply Rinv_lt_contravar.
  - apply Rmult_lt_0_compat; apply pow_lt; now apply Rmult_lt_0_compat.
  - assert (less : cosh (x + d) * cosh y < cosh (y + d) * cosh x) by lra.
    assert (nonneg : 0 <= cosh (x + d) * cosh y) by (left; now apply Rmult_lt_0_compat).
    pose proof (Rmult_le_0_lt_compat _ _ _ _ nonneg nonneg less less). lra.
Qed.

(** * Every scale *)

(** The hyperbolic tangent sigmoid is an odd sigmoid. *)
Theorem tanh_is_odd_sigmoid (delta : R) : 0 < delta -> odd_sigmoid (tanh_sigmoid delta).
Proof. intro delta_pos. exact (odd_sigmoid_scaled _ delta delta_pos tanh_unit_sigmoid). Qed.

(** The density is the derivative of the hyperbolic tangent sigmoid. *)
Theorem tanh_derivative (delta u : R) :
  0 < delta -> is_derive (tanh_sigmoid delta) u (tanh_density delta u).
Proof.
  intro delta_pos.
  apply (derivative_scaled tanh (fun u => 1 - tanh u ^ 2)); [lra | apply tanh_unit_derivative].
Qed.

(** The hyperbolic tangent sigmoid satisfies criterion (C). *)
Theorem tanh_criterion (delta : R) :
  0 < delta -> criterion_C (tanh_sigmoid delta) (tanh_density delta).
Proof. intro delta_pos. exact (criterion_scaled _ _ delta delta_pos tanh_unit_criterion). Qed.

(** The density of the hyperbolic tangent sigmoid is strictly log-concave. *)
Theorem tanh_log_concave (delta : R) : 0 < delta -> log_concave (tanh_density delta).
Proof. intro delta_pos. exact (log_concave_scaled _ delta delta_pos tanh_unit_log_concave). Qed.

(** T3 for tanh: there is one maximiser, and it is a exactly when 2 sigma(A) <= sigma(b - a). *)
Theorem T3_tanh (delta a a1 b : R) :
  0 < delta -> a < a1 -> a1 - a < b - a1 ->
  (exists m, only_maximiser (gain (tanh_sigmoid delta) 1 1 a a1 b) a b m) /\
  (global_maximiser (gain (tanh_sigmoid delta) 1 1 a a1 b) a b a <->
    2 * tanh_sigmoid delta (a1 - a) <= tanh_sigmoid delta (b - a)).
Proof.
  intro delta_pos. apply (T3_one_maximiser_and_border _ (tanh_density delta)).
  - now apply tanh_is_odd_sigmoid.
  - intro u. now apply tanh_derivative.
  - now apply tanh_criterion.
Qed.

(** T7 for tanh: for all class weights there is one maximiser, and it is a exactly when
    w_plus sigma(A) <= w_minus (sigma(b - a) - sigma(A)). *)
Theorem T7_tanh (delta w_plus w_minus a a1 b : R) :
  0 < delta -> 0 < w_plus -> 0 < w_minus -> a < a1 -> a1 < b ->
  (exists m, only_maximiser (gain (tanh_sigmoid delta) w_plus w_minus a a1 b) a b m) /\
  (global_maximiser (gain (tanh_sigmoid delta) w_plus w_minus a a1 b) a b a <->
    w_plus * tanh_sigmoid delta (a1 - a) <=
    w_minus * (tanh_sigmoid delta (b - a) - tanh_sigmoid delta (a1 - a))).
Proof.
  intro delta_pos. apply (T7_log_concave _ (tanh_density delta)).
  - now apply tanh_is_odd_sigmoid.
  - intro u. now apply tanh_derivative.
  - intro u. apply Rdiv_lt_0_compat; [apply tanh_unit_density_positive | exact delta_pos].
  - now apply tanh_log_concave.
Qed.
