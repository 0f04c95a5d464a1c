(** The error function family erf(u/delta), erf(u) = 2/sqrt(PI) times the integral of exp(-t^2)
    over [0, u].

    At every scale delta > 0 it is an odd sigmoid; its limit 1 is the Gaussian integral.  Its
    density is strictly log-concave, since the exponent is a square, and it satisfies criterion (C)
    because it falls at the growing rate 2 u; so both T3 and T7 hold. *)
From Coq Require Import Reals Lra.
From Coquelicot Require Import Coquelicot.
From Lossbook Require Import Calculus Sigmoid Gain Uniqueness Families Gaussian.
Open Scope R_scope.

(** The error function. *)
Definition erf (u : R) : R := 2 / sqrt PI * RInt (fun t => exp (- t ^ 2)) 0 u.

(** The error function sigmoid with scale [delta]. *)
Definition erf_sigmoid (delta u : R) : R := erf (u / delta).

(** The density of the error function sigmoid with scale [delta]. *)
Definition erf_density (delta u : R) : R := 2 / sqrt PI * exp (- (u / delta) ^ 2) / delta.

(** * Scale 1 *)

(** The density of the error function with scale 1. *)
Definition erf_unit_density (u : R) : R := 2 / sqrt PI * bell u.

(** 2/sqrt(PI) is positive. *)
Lemma two_over_root_pi_positive : 0 < 2 / sqrt PI.
Proof. apply Rdiv_lt_0_compat; [lra | apply sqrt_lt_R0, PI_RGT_0]. Qed.

(** The density is positive. *)
Lemma erf_unit_density_positive (u : R) : 0 < erf_unit_density u.
Proof. apply Rmult_lt_0_compat; [apply two_over_root_pi_positive | apply bell_positive]. Qed.

(** The density is the derivative of the error function. *)
Lemma erf_unit_derivative (u : R) : is_derive erf u (erf_unit_density u).
Proof. apply is_derive_scal. apply bell_area_derivative. Qed.

(** The density falls on the half line. *)
Lemma erf_unit_density_falls (u v : R) :
  0 <= u -> u < v -> erf_unit_density v < erf_unit_density u.
Proof.
  intros u_nonneg order. apply Rmult_lt_compat_l; [apply two_over_root_pi_positive |].
  apply exp_increasing.
  pose proof (Rmult_le_0_lt_compat u v u v u_nonneg u_nonneg order order). lra.
Qed.

(** The error function is odd. *)
Lemma erf_odd (u : R) : erf (- u) = - erf u.
Proof.
  unfold erf. fold bell. rewrite Ropp_mult_distr_r. f_equal.
  replace (RInt bell 0 (- u)) with (RInt bell (-1 * 0 + 0) (-1 * u + 0)) by (f_equal; ring).
  assert (integrable : forall p q, ex_RInt bell p q)
    by (intros p q; apply @ex_RInt_continuous; intros t _; apply bell_continuous).
  rewrite <- (RInt_comp_lin bell (-1) 0 0 u) by apply integrable.
  change (- RInt bell 0 u) with (opp (RInt bell 0 u)).
  rewrite <- RInt_opp by apply integrable.
  apply RInt_ext. intros t _. unfold bell.
  replace ((-1 * t + 0) ^ 2) with (t ^ 2) by ring.
  unfold scal, opp; simpl; unfold mult; simpl. ring.
Qed.

(** The error function is an odd sigmoid; its limit is the Gaussian integral. *)
Lemma erf_unit_sigmoid : odd_sigmoid erf.
Proof.
  apply (odd_sigmoid_from_density _ erf_unit_density).
  - exact erf_odd.
  - exact erf_unit_derivative.
  - exact erf_unit_density_positive.
  - exact erf_unit_density_falls.
  - apply (limit_one _ (4 / PI)). exact gaussian_integral_bounds.
Qed.

(** The density has the derivative -2 u times itself. *)
Lemma erf_unit_density_derivative (u : R) :
  is_derive erf_unit_density u (- (2 * u * erf_unit_density u)).
Proof.
  replace (- (2 * u * erf_unit_density u)) with (2 / sqrt PI * - (2 * u * bell u))
    by (unfold erf_unit_density; ring).
  apply is_derive_scal, bell_derivative.
Qed.

(** Criterion (C) at scale 1. *)
Lemma erf_unit_criterion : criterion_C erf erf_unit_density.
Proof.
  apply (criterion_from_rate _ _ (fun u => 2 * u)).
  - exact erf_unit_sigmoid.
  - exact erf_unit_derivative.
  - exact erf_unit_density_positive.
  - exact erf_unit_density_derivative.
  - intros u v _ order. lra.
Qed.

(** The bell is strictly log-concave. *)
Lemma erf_unit_log_concave : log_concave erf_unit_density.
Proof.
  intros x y d order d_pos. unfold erf_unit_density.
  pose proof two_over_root_pi_positive as scale_pos.
  assert (bells : bell (y + d) * bell x < bell (x + d) * bell y).
  { unfold bell. rewrite <- !exp_plus. apply exp_increasing.
    pose proof (Rmult_lt_0_compat (y - x) d ltac:(lra) d_pos). lra. }
  apply (Rmult_lt_compat_l (2 / sqrt PI * (2 / sqrt PI))) in bells;
    [lra | now apply Rmult_lt_0_compat].
Qed.

(** * Every scale *)

(** The error function sigmoid is an odd sigmoid. *)
Theorem erf_is_odd_sigmoid (delta : R) : 0 < delta -> odd_sigmoid (erf_sigmoid delta).
Proof. intro delta_pos. exact (odd_sigmoid_scaled _ delta delta_pos erf_unit_sigmoid). Qed.

(** The density is the derivative of the error function sigmoid. *)
Theorem erf_derivative (delta u : R) :
  0 < delta -> is_derive (erf_sigmoid delta) u (erf_density delta u).
Proof.
  intro delta_pos.
  apply (derivative_scaled erf erf_unit_density); [lra | apply erf_unit_derivative].
Qed.

(** The error function sigmoid satisfies criterion (C). *)
Theorem erf_criterion (delta : R) :
  0 < delta -> criterion_C (erf_sigmoid delta) (erf_density delta).
Proof. intro delta_pos. exact (criterion_scaled _ _ delta delta_pos erf_unit_criterion). Qed.

(** The density of the error function sigmoid is strictly log-concave. *)
Theorem erf_log_concave (delta : R) : 0 < delta -> log_concave (erf_density delta).
Proof. intro delta_pos. exact (log_concave_scaled _ delta delta_pos erf_unit_log_concave). Qed.

(** T3 for erf: there is one maximiser, and it is a exactly when 2 sigma(A) <= sigma(b - a). *)
Theorem T3_erf (delta a a1 b : R) :
  0 < delta -> a < a1 -> a1 - a < b - a1 ->
  (exists m, only_maximiser (gain (erf_sigmoid delta) 1 1 a a1 b) a b m) /\
  (global_maximiser (gain (erf_sigmoid delta) 1 1 a a1 b) a b a <->
    2 * erf_sigmoid delta (a1 - a) <= erf_sigmoid delta (b - a)).
Proof.
  intro delta_pos. apply (T3_one_maximiser_and_border _ (erf_density delta)).
  - now apply erf_is_odd_sigmoid.
  - intro u. now apply erf_derivative.
  - now apply erf_criterion.
Qed.

(** T7 for erf: for all class weights there is one maximiser, and it is a exactly when
    w_plus sigma(A) <= w_minus (sigma(b - a) - sigma(A)). *)
Theorem T7_erf (delta w_plus w_minus a a1 b : R) :
  0 < delta -> 0 < w_plus -> 0 < w_minus -> a < a1 -> a1 < b ->
  (exists m, only_maximiser (gain (erf_sigmoid delta) w_plus w_minus a a1 b) a b m) /\
  (global_maximiser (gain (erf_sigmoid delta) w_plus w_minus a a1 b) a b a <->
    w_plus * erf_sigmoid delta (a1 - a) <=
    w_minus * (erf_sigmoid delta (b - a) - erf_sigmoid delta (a1 - a))).
Proof.
  intro delta_pos. apply (T7_log_concave _ (erf_density delta)).
  - now apply erf_is_odd_sigmoid.
  - intro u. now apply erf_derivative.
  - intro u. apply Rdiv_lt_0_compat; [apply erf_unit_density_positive | exact delta_pos].
  - now apply erf_log_concave.
Qed.
