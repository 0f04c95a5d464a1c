(** When the maximiser of the gain is unique, and when it is the left end of the range.

    T3: with unit weights and A < B, criterion (C) on the density sigma' makes the slope change sign
    at most once, so that there is one local maximiser, and it is the left end a exactly when
    2 sigma(A) <= sigma(b - a).
    T7: a strictly log-concave density gives the same for all class weights and all lengths, and
    the left end is best exactly when w_plus sigma(A) <= w_minus (sigma(A + B) - sigma(A)). *)
From Coq Require Import Reals Lra.
From Coquelicot Require Import Coquelicot.
From Lossbook Require Import Calculus Sigmoid Gain.
Open Scope R_scope.

(** Criterion (C): phi(0) + phi(2 beta) < 2 phi(beta) for phi = density o sigma^(-1), written with
    beta = sigma(z) and 2 beta = sigma(y). *)
Definition criterion_C (sigma density : R -> R) : Prop :=
  forall z y, 0 < z -> sigma y = 2 * sigma z -> density 0 + density y < 2 * density z.

(** Strict log-concavity: the ratio density(x + d)/density(x) strictly decreases in x. *)
Definition log_concave (density : R -> R) : Prop :=
  forall x y d, x < y -> 0 < d -> density (y + d) * density x < density (x + d) * density y.

Section Density.
Variables sigma density : R -> R.
Hypothesis sigmoid : odd_sigmoid sigma.
Hypothesis derivative : forall u, is_derive sigma u (density u).

(** * The density of an odd sigmoid *)

(** The density is even. *)
Lemma density_even (u : R) : density (- u) = density u.
Proof.
  pose proof (derivative_reflected sigma u _ (derivative (- u))) as reflected.
  assert (opposite : is_derive (fun t => sigma (- t)) u (- density u)).
  { apply is_derive_ext with (f := fun t => - sigma t).
    - intro t. symmetry. apply (sigmoid_odd _ sigmoid).
    - apply @is_derive_opp, derivative. }
  apply is_derive_unique in reflected. apply is_derive_unique in opposite. lra.
Qed.

(** The density does not increase on the half line. *)
Lemma density_decreasing (u v : R) : 0 <= u -> u <= v -> density v <= density u.
Proof.
  intros u_nonneg order.
  destruct (Rle_lt_or_eq_dec u v order) as [less | ->]; [| lra].
  destruct (Rle_lt_dec (density v) (density u)) as [done | wrong]; [exact done | exfalso].
  assert (step : is_derive (fun x => sigma x - sigma (x - (v - u))) v (density v - density u)).
  { apply @is_derive_minus; [apply derivative |].
    apply derivative_shifted. replace (v - (v - u)) with u by ring. apply derivative. }
  destruct (rise_to_the_right _ v _ 1 step ltac:(lra) ltac:(lra)) as [y [y_near higher]].
  pose proof (sigmoid_increments sigma sigmoid u v (y - v) u_nonneg less ltac:(lra)) as shrink.
  replace (v + (y - v)) with y in shrink by ring.
  replace (u + (y - v)) with (y - (v - u)) in shrink by ring.
  replace (v - (v - u)) with u in higher by ring. lra.
Qed.

(** The derivative of the slope. *)
Lemma slope_derivative (w_plus w_minus a a1 b theta : R) :
  is_derive (slope sigma w_plus w_minus a a1 b) theta
    (w_plus * (density (theta - a) - density (theta - a1))
     - w_minus * (density (theta - a1) - density (b - theta))).
Proof.
  assert (shift : forall c, is_derive (fun t => sigma (t - c)) theta (density (theta - c)))
    by (intro c; apply derivative_shifted, derivative).
  assert (same : forall t,
    w_plus * (sigma (t - a) - sigma (t - a1)) - w_minus * (sigma (t - a1) - sigma (t - b))
    = slope sigma w_plus w_minus a a1 b t).
  { intro t. unfold slope. replace (b - t) with (- (t - b)) by ring.
    rewrite (sigmoid_odd _ sigmoid). ring. }
  apply (is_derive_ext _ _ _ _ same).
  replace (density (b - theta)) with (density (theta - b))
    by (rewrite <- density_even; f_equal; ring).
  apply @is_derive_minus; apply is_derive_scal; apply @is_derive_minus; apply shift.
Qed.

(** * T3: unit weights under criterion (C) *)

(** Under criterion (C), sigma(c) = sigma(p) + 2 sigma(z) implies
    density(p) + density(c) < 2 density(z). *)
Lemma criterion_C_spread (p z c : R) :
  criterion_C sigma density -> 0 <= p -> 0 < z -> sigma c = sigma p + 2 * sigma z ->
  density p + density c < 2 * density z.
Proof.
  intros criterion p_nonneg z_pos balance.
  pose proof (sigmoid_nonneg sigma sigmoid p p_nonneg) as at_p.
  pose proof (sigmoid_positive sigma sigmoid z z_pos) as at_z.
  pose proof (sigmoid_positive_inv sigma sigmoid c ltac:(lra)) as c_pos.
  destruct (sigmoid_between sigma sigmoid 0 c (2 * sigma z)) as [y [y_in y_value]].
  - lra.
  - rewrite (sigmoid_zero sigma sigmoid). lra.
  - pose proof (criterion z y z_pos y_value).
    pose proof (density_decreasing 0 p ltac:(lra) p_nonneg).
    pose proof (density_decreasing y c ltac:(lra) ltac:(lra)). lra.
Qed.

(** Under criterion (C) the slope falls at each of its zeros left of the truth. *)
Lemma criterion_C_zeros_fall (a a1 b theta : R) :
  criterion_C sigma density -> a <= theta < a1 -> slope sigma 1 1 a a1 b theta = 0 ->
  1 * (density (theta - a) - density (theta - a1))
  - 1 * (density (theta - a1) - density (b - theta)) < 0.
Proof.
  intros criterion theta_in zero. unfold slope in zero.
  replace (theta - a1) with (- (a1 - theta)) in * by ring.
  rewrite (sigmoid_odd _ sigmoid) in zero. rewrite density_even.
  pose proof (criterion_C_spread (theta - a) (a1 - theta) (b - theta) criterion
    ltac:(lra) ltac:(lra) ltac:(lra)). lra.
Qed.

(** T3, first step: under criterion (C) and A < B the slope changes sign at most once on [a, b]. *)
Lemma T3_one_sign_change (a a1 b : R) :
  criterion_C sigma density -> a < a1 -> a1 - a < b - a1 ->
  falls_for_good (slope sigma 1 1 a a1 b) a b.
Proof.
  intros criterion a_a1 imbalance x y a_x x_y y_b start.
  destruct (Rlt_le_dec y a1) as [left | right].
  - apply (crossing (gain sigma 1 1 a a1 b) (slope sigma 1 1 a a1 b)
      (fun t => 1 * (density (t - a) - density (t - a1))
                - 1 * (density (t - a1) - density (b - t))) a a1 x y); auto.
    + intro t. now apply C5_gain_derivative.
    + intro t. apply slope_derivative.
    + intros t t_in zero. now apply criterion_C_zeros_fall.
  - pose proof (sigmoid_increasing _ sigmoid _ _ imbalance) as saturation.
    destruct (Rle_lt_or_eq_dec a1 y right) as [beyond | <-].
    + pose proof (L1_slope_right sigma 1 1 a a1 b y sigmoid ltac:(lra) ltac:(lra) a_a1
        ltac:(lra)). lra.
    + rewrite (slope_at_truth sigma sigmoid). lra.
Qed.

(** * T7: log-concave densities *)

(** For a log-concave density and q = density(u + d)/density(u), the function
    x -> q sigma(x) - sigma(x + d) has its strict minimum at u. *)
Lemma log_concave_least (u d x : R) :
  (forall u, 0 < density u) -> log_concave density -> 0 < d -> x <> u ->
  density (u + d) / density u * sigma u - sigma (u + d)
  < density (u + d) / density u * sigma x - sigma (x + d).
Proof.
  intros positive concave d_pos x_not_u.
  set (q := density (u + d) / density u). pose proof (positive u) as at_u.
  assert (ratio : q * density u = density (u + d)) by (unfold q; field; lra).
  assert (along : forall t, is_derive (fun x => q * sigma x - sigma (x + d)) t
                              (q * density t - density (t + d))).
  { intro t. apply @is_derive_minus; [apply is_derive_scal, derivative |].
    apply is_derive_ext with (f := fun x => sigma (x - (- d))); [intro s; f_equal; ring |].
    apply derivative_shifted. replace (t - - d) with (t + d) by ring. apply derivative. }
  destruct (Rdichotomy x u x_not_u) as [left | right].
  - apply (falls_if_negative _ _ along x u left). intros t t_in.
    pose proof (concave t u d ltac:(lra) d_pos) as less. rewrite <- ratio in less.
    enough (q * density t < density (t + d)) by lra.
    apply (Rmult_lt_reg_l (density u)); lra.
  - apply (rises_if_positive _ _ along u x right). intros t t_in.
    pose proof (concave u t d ltac:(lra) d_pos) as less. rewrite <- ratio in less.
    enough (density (t + d) < q * density t) by lra.
    apply (Rmult_lt_reg_l (density u)); lra.
Qed.

(** T7, first step: for a log-concave density the slope changes sign at most once, whatever
    the weights. *)
Lemma T7_one_sign_change (w_plus w_minus a a1 b theta theta' : R) :
  (forall u, 0 < density u) -> log_concave density ->
  0 < w_plus -> 0 < w_minus -> a < a1 -> a1 < b -> theta < theta' ->
  slope sigma w_plus w_minus a a1 b theta <= 0 -> slope sigma w_plus w_minus a a1 b theta' < 0.
Proof.
  intros positive concave plus_pos minus_pos a_a1 a1_b order start.
  set (u := theta - a1). set (d := theta' - theta).
  set (q := density (u + d) / density u).
  assert (q_pos : 0 < q) by (unfold q; apply Rdiv_lt_0_compat; apply positive).
  pose proof (log_concave_least u d (theta - a) positive concave
    ltac:(unfold d; lra) ltac:(unfold u; lra)) as plus.
  pose proof (log_concave_least u d (theta - b) positive concave
    ltac:(unfold d; lra) ltac:(unfold u; lra)) as minus.
  fold q in plus, minus. unfold slope in *. fold u in start.
  replace (b - theta) with (- (theta - b)) in start by ring.
  replace (b - theta') with (- (theta - b + d)) by (unfold d; ring).
  replace (theta' - a) with (theta - a + d) by (unfold d; ring).
  replace (theta' - a1) with (u + d) by (unfold u, d; ring).
  rewrite (sigmoid_odd _ sigmoid) in *.
  apply (Rmult_lt_compat_l w_plus) in plus; [| exact plus_pos].
  apply (Rmult_lt_compat_l w_minus) in minus; [| exact minus_pos].
  apply (Rmult_le_compat_l q) in start; lra.
Qed.

End Density.

(** T3: under criterion (C), for unit weights and A < B, two local maximisers on [a, b] are equal,
    and the maximiser is the left end a exactly when 2 sigma(A) <= sigma(b - a). *)
Theorem T3_exact_border (sigma density : R -> R) :
  odd_sigmoid sigma -> (forall u, is_derive sigma u (density u)) -> criterion_C sigma density ->
  forall a a1 b, a < a1 -> a1 - a < b - a1 ->
  (forall m m', local_maximiser (gain sigma 1 1 a a1 b) a b m ->
     local_maximiser (gain sigma 1 1 a a1 b) a b m' -> m = m')
  /\ (global_maximiser (gain sigma 1 1 a a1 b) a b a <-> 2 * sigma (a1 - a) <= sigma (b - a)).
Proof.
  intros sigmoid derivative criterion a a1 b a_a1 imbalance.
  pose proof (T3_one_sign_change sigma density sigmoid derivative a a1 b criterion a_a1 imbalance)
    as for_good.
  assert (gain_derivative : forall t,
    is_derive (gain sigma 1 1 a a1 b) t (slope sigma 1 1 a a1 b t))
    by (intro t; now apply C5_gain_derivative).
  split.
  - intros m m'. now apply (unique_if_falls_for_good _ _ gain_derivative).
  - rewrite (left_end_if_falls_for_good _ _ gain_derivative a b ltac:(lra) for_good).
    rewrite (slope_at_left_end sigma sigmoid). split; lra.
Qed.

(** T3 also says that the one local maximiser exists and is the global one. *)
Theorem T3_only_maximiser (sigma density : R -> R) (a a1 b : R) :
  odd_sigmoid sigma -> (forall u, is_derive sigma u (density u)) -> criterion_C sigma density ->
  a < a1 -> a1 - a < b - a1 ->
  exists m, only_maximiser (gain sigma 1 1 a a1 b) a b m.
Proof.
  intros sigmoid derivative criterion a_a1 imbalance.
  apply (only_maximiser_if_falls_for_good _ (slope sigma 1 1 a a1 b)).
  - intro t. now apply C5_gain_derivative.
  - lra.
  - now apply (T3_one_sign_change sigma density).
Qed.

(** T7: for a positive, strictly log-concave density there is exactly one local maximiser on
    [a, b], whatever the weights and the lengths, and it is the left end a exactly when
    w_plus sigma(A) <= w_minus (sigma(A + B) - sigma(A)). *)
Theorem T7_log_concave (sigma density : R -> R) :
  odd_sigmoid sigma -> (forall u, is_derive sigma u (density u)) ->
  (forall u, 0 < density u) -> log_concave density ->
  forall w_plus w_minus a a1 b, 0 < w_plus -> 0 < w_minus -> a < a1 -> a1 < b ->
  (exists m, only_maximiser (gain sigma w_plus w_minus a a1 b) a b m)
  /\ (global_maximiser (gain sigma w_plus w_minus a a1 b) a b a <->
      w_plus * sigma (a1 - a) <= w_minus * (sigma (b - a) - sigma (a1 - a))).
Proof.
  intros sigmoid derivative positive concave w_plus w_minus a a1 b plus_pos minus_pos a_a1 a1_b.
  assert (for_good : falls_for_good (slope sigma w_plus w_minus a a1 b) a b)
    by (intros x y _ order _; now apply (T7_one_sign_change sigma density)).
  assert (gain_derivative : forall t,
    is_derive (gain sigma w_plus w_minus a a1 b) t (slope sigma w_plus w_minus a a1 b t))
    by (intro t; now apply C5_gain_derivative).
  split.
  - apply (only_maximiser_if_falls_for_good _ _ gain_derivative a b); [lra | exact for_good].
  - rewrite (left_end_if_falls_for_good _ _ gain_derivative a b ltac:(lra) for_good).
    rewrite (slope_at_left_end sigma sigmoid). split; lra.
Qed.
