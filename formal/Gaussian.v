(** The Gaussian integral: 2/sqrt(PI) times the integral of exp(-t^2) over [0, x] tends to 1.

    Let area(x) be the integral of exp(-t^2) over [0, x], and wedge(x) the integral of
    exp(-x^2 (1 + t^2)) / (1 + t^2) over [0, 1].  The derivatives of area^2 and of wedge are
    opposite, so area(x)^2 + wedge(x) keeps its value at 0, which is atan(1) = PI/4; and wedge(x)
    lies between 0 and 1/x. *)
From Coq Require Import Reals Lra.
From Coquelicot Require Import Coquelicot.
From Lossbook Require Import Calculus.
Open Scope R_scope.

(** The bell exp(-t^2). *)
Definition bell (t : R) : R := exp (- t ^ 2).

(** The area under the bell over [0, x]. *)
Definition bell_area (x : R) : R := RInt bell 0 x.

(** The integrand exp(-x^2 (1 + t^2)) / (1 + t^2), written with the bell. *)
Definition wedge_integrand (x t : R) : R := bell x * bell (x * t) / (1 + t ^ 2).

(** Its integral over t in [0, 1]. *)
Definition wedge (x : R) : R := RInt (wedge_integrand x) 0 1.

(** * The bell *)

(** The bell is positive. *)
Lemma bell_positive (t : R) : 0 < bell t.
Proof. apply exp_pos. Qed.

(** The bell is at most 1. *)
Lemma bell_at_most_one (t : R) : bell t <= 1.
Proof.
  rewrite <- exp_0. unfold bell. pose proof (pow2_ge_0 t).
  destruct (Rle_lt_or_eq_dec (- t ^ 2) 0 ltac:(lra)) as [less | ->]; [| lra].
  left. now apply exp_increasing.
Qed.

(** The bell is below 1/x for x > 0. *)
Lemma bell_below_inverse (x : R) : 0 < x -> bell x <= / x.
Proof.
  intro x_pos. unfold bell. rewrite exp_Ropp.
  apply Rinv_le_contravar; [exact x_pos |].
  pose proof (exp_ineq1_le (x ^ 2)). pose proof (pow2_ge_0 (x - 1)). lra.
Qed.

(** The derivative of the bell is -2 t exp(-t^2). *)
Lemma bell_derivative (t : R) : is_derive bell t (- (2 * t * bell t)).
Proof. unfold bell. auto_derive; [trivial |]. simpl. ring. Qed.

(** The bell is continuous. *)
Lemma bell_continuous (t : R) : continuous bell t.
Proof. apply (ex_derive_continuous bell). exists (- (2 * t * bell t)). apply bell_derivative. Qed.

(** The bell is the derivative of its area. *)
Lemma bell_area_derivative (x : R) : is_derive bell_area x (bell x).
Proof. apply primitive_derivative, bell_continuous. Qed.

(** * The wedge *)

(** The derivative of the integrand in x is -2 x exp(-x^2) exp(-(x t)^2). *)
Lemma wedge_integrand_derivative (x t : R) :
  is_derive (fun u => wedge_integrand u t) x (- 2 * x * bell x * bell (x * t)).
Proof.
  pose proof (pow2_ge_0 t) as square. unfold wedge_integrand, bell. simpl in *.
  auto_derive; [lra |]. field. lra.
Qed.

(** The derivative of the integrand is continuous in both variables together. *)
Lemma wedge_integrand_derivative_continuous (x t : R) :
  continuity_2d_pt (fun u v => Derive (fun z => wedge_integrand z v) u) x t.
Proof.
  apply continuity_2d_pt_ext with (f := fun u v => - 2 * u * bell u * bell (u * v)).
  - intros u v. symmetry. apply is_derive_unique, wedge_integrand_derivative.
  - repeat apply continuity_2d_pt_mult.
    + apply continuity_2d_pt_const.
    + apply continuity_2d_pt_id1.
    + apply (continuity_1d_2d_pt_comp bell (fun u _ => u)); [| apply continuity_2d_pt_id1].
      apply continuity_pt_filterlim, bell_continuous.
    + apply (continuity_1d_2d_pt_comp bell (fun u v => u * v)).
      * apply continuity_pt_filterlim, bell_continuous.
      * apply continuity_2d_pt_mult; [apply continuity_2d_pt_id1 | apply continuity_2d_pt_id2].
Qed.

(** The integrand is continuous in t. *)
Lemma wedge_integrand_continuous (x t : R) : continuous (wedge_integrand x) t.
Proof.
  apply (ex_derive_continuous (wedge_integrand x)). pose proof (pow2_ge_0 t).
  unfold wedge_integrand, bell. auto_derive. lra.
Qed.

(** The integrand is integrable over t in [0, 1]. *)
Lemma wedge_integrable (x : R) : ex_RInt (wedge_integrand x) 0 1.
Proof. apply @ex_RInt_continuous. intros t _. apply wedge_integrand_continuous. Qed.

(** The bell of x t is integrable over t in [0, 1]. *)
Lemma bell_scaled_integrable (x : R) : ex_RInt (fun t => bell (x * t)) 0 1.
Proof.
  apply @ex_RInt_continuous. intros t _.
  apply (continuous_comp (fun t => x * t) bell); [| apply bell_continuous].
  apply (ex_derive_continuous (fun t => x * t)). auto_derive. trivial.
Qed.

(** The substitution s = x t: x times the integral of exp(-(x t)^2) over [0, 1] is area(x). *)
Lemma bell_area_substitution (x : R) : x * RInt (fun t => bell (x * t)) 0 1 = bell_area x.
Proof.
  change (scal x (RInt (fun t => bell (x * t)) 0 1) = bell_area x).
  rewrite <- RInt_scal by apply bell_scaled_integrable.
  replace (bell_area x) with (RInt bell (x * 0 + 0) (x * 1 + 0))
    by (unfold bell_area; f_equal; ring).
  rewrite <- (RInt_comp_lin bell x 0 0 1).
  - apply RInt_ext. intros t _. now rewrite Rplus_0_r.
  - apply @ex_RInt_continuous. intros t _. apply bell_continuous.
Qed.

(** The derivative of the wedge is -2 exp(-x^2) area(x). *)
Lemma wedge_derivative (x : R) : is_derive wedge x (- 2 * bell x * bell_area x).
Proof.
  replace (- 2 * bell x * bell_area x)
    with (RInt (fun t => Derive (fun u => wedge_integrand u t) x) 0 1).
  - apply (is_derive_RInt_param wedge_integrand 0 1).
    + apply filter_forall. intros u t _. exists (- 2 * u * bell u * bell (u * t)).
      apply wedge_integrand_derivative.
    + intros t _. apply wedge_integrand_derivative_continuous.
    + apply filter_forall. exact wedge_integrable.
  - rewrite <- bell_area_substitution.
    replace (- 2 * bell x * (x * RInt (fun t => bell (x * t)) 0 1))
      with (scal (- 2 * bell x * x) (RInt (fun t => bell (x * t)) 0 1))
      by (unfold scal; simpl; unfold mult; simpl; ring).
    rewrite <- RInt_scal by apply bell_scaled_integrable.
    apply RInt_ext. intros t _. transitivity (- 2 * x * bell x * bell (x * t)).
    + apply is_derive_unique, wedge_integrand_derivative.
    + unfold scal; simpl; unfold mult; simpl. ring.
Qed.

(** At 0 the wedge is PI/4. *)
Lemma wedge_zero : wedge 0 = PI / 4.
Proof.
  unfold wedge. transitivity (RInt (fun t => / (1 + t ^ 2)) 0 1).
  - apply RInt_ext. intros t _. pose proof (pow2_ge_0 t).
    unfold wedge_integrand, bell. rewrite Rmult_0_l.
    replace (- 0 ^ 2) with 0 by ring. rewrite exp_0. simpl. field. lra.
  - apply is_RInt_unique. rewrite <- atan_1.
    replace (atan 1) with (minus (atan 1) (atan 0))
      by (rewrite atan_0; unfold minus, plus, opp; simpl; ring).
    apply (is_RInt_derive atan).
    + intros t _. apply is_derive_Reals, derivable_pt_lim_atan.
    + intros t _. apply (ex_derive_continuous (fun t => / (1 + t ^ 2))).
      pose proof (pow2_ge_0 t). auto_derive. lra.
Qed.

(** The wedge lies between 0 and 1/x for x > 0. *)
Lemma wedge_bounds (x : R) : 0 < x -> 0 <= wedge x <= / x.
Proof.
  intro x_pos.
  assert (integrand : forall t, 0 < t < 1 -> 0 <= wedge_integrand x t <= / x).
  { intros t _. pose proof (pow2_ge_0 t). unfold wedge_integrand.
    pose proof (bell_positive x). pose proof (bell_positive (x * t)).
    pose proof (bell_at_most_one (x * t)). pose proof (bell_below_inverse x x_pos).
    pose proof (Rmult_lt_0_compat (bell x) (bell (x * t)) ltac:(lra) ltac:(lra)).
    split; [apply Rdiv_le_0_compat; lra |].
    apply Rle_div_l; [lra |].
    pose proof (Rmult_le_compat_l (bell x) (bell (x * t)) 1 ltac:(lra) ltac:(lra)).
    pose proof (Rmult_le_pos (/ x) (t ^ 2) ltac:(lra) ltac:(lra)). lra. }
  assert (constant : forall c : R, RInt (fun _ : R => c) 0 1 = c)
    by (intro c; rewrite RInt_const; unfold scal; simpl; unfold mult; simpl; ring).
  rewrite <- (constant 0) at 1. rewrite <- (constant (/ x)).
  split.
  - apply RInt_le; [lra | apply ex_RInt_const | apply wedge_integrable |].
    intros t t_in. now apply integrand.
  - apply RInt_le; [lra | apply wedge_integrable | apply ex_RInt_const |].
    intros t t_in. now apply integrand.
Qed.

(** * The integral *)

(** area(x)^2 + wedge(x) = PI/4 for x > 0. *)
Lemma bell_area_squared (x : R) : 0 < x -> bell_area x ^ 2 + wedge x = PI / 4.
Proof.
  intro x_pos.
  assert (derivative : forall u, is_derive (fun u => bell_area u ^ 2 + wedge u) u 0).
  { intro u. replace 0 with (INR 2 * bell u * bell_area u ^ Init.Nat.pred 2
                             + - 2 * bell u * bell_area u) by (simpl; ring).
    apply @is_derive_plus; [| apply wedge_derivative].
    apply is_derive_pow, bell_area_derivative. }
  destruct (mean_value _ _ derivative 0 x x_pos) as [_ [_ same]].
  rewrite wedge_zero in same. unfold bell_area at 2 in same.
  rewrite RInt_point in same. unfold zero in same; simpl in same. lra.
Qed.

(** The Gaussian integral with its speed: 1 - (4/PI)/x <= 2/sqrt(PI) area(x) <= 1 for x > 0. *)
Theorem gaussian_integral_bounds (x : R) :
  0 < x -> 1 - 4 / PI / x <= 2 / sqrt PI * bell_area x <= 1.
Proof.
  intro x_pos. pose proof PI_RGT_0 as pi_pos. pose proof (sqrt_lt_R0 _ pi_pos) as root_pos.
  pose proof (wedge_bounds x x_pos) as bounds. pose proof (bell_area_squared x x_pos) as total.
  set (s := 2 / sqrt PI * bell_area x).
  assert (square : s ^ 2 = 1 - 4 / PI * wedge x).
  { replace (s ^ 2) with (4 / PI * bell_area x ^ 2).
    - replace (bell_area x ^ 2) with (PI / 4 - wedge x) by lra. field. lra.
    - unfold s. rewrite <- (sqrt_sqrt PI) at 1 by lra. field. lra. }
  assert (area_pos : 0 < bell_area x).
  { replace 0 with (bell_area 0) by (unfold bell_area; now rewrite RInt_point).
    apply (rises_if_positive _ _ bell_area_derivative); [exact x_pos |].
    intros t _. apply bell_positive. }
  assert (s_pos : 0 < s)
    by (apply Rmult_lt_0_compat; [apply Rdiv_lt_0_compat; lra | exact area_pos]).
  assert (scale_pos : 0 < 4 / PI) by (apply Rdiv_lt_0_compat; lra).
  pose proof (Rmult_le_compat_l (4 / PI) _ _ ltac:(lra) (proj1 bounds)).
  pose proof (Rmult_le_compat_l (4 / PI) _ _ ltac:(lra) (proj2 bounds)).
  assert (s_le : s <= 1) by (apply Rsqr_incr_0; unfold Rsqr; lra).
  pose proof (Rmult_le_compat_l s s 1 ltac:(lra) s_le).
  unfold Rdiv at 1. lra.
Qed.
