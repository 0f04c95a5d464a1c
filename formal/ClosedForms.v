(** Closed forms of the maximiser (T8).

    tanh, any class weights: tanh((m - a1)/delta) is a weighted mean of coth(B/delta) and
    - coth(A/delta), as long as this keeps m inside [a, b]; else m is an end of the interval.
    arctan, unit weights, A < B, 2 sigma(A) > sigma(b - a): the distance s = (a1 - m)/delta is the
    smaller root of s^2 - 2 E s + 1 = 0 with E = A B / (delta (B - A)). *)
From Coq Require Import Reals Lra.
From Coquelicot Require Import Coquelicot.
From Lossbook Require Import Calculus Sigmoid Gain Uniqueness Families Arctan Tanh.
Open Scope R_scope.

(** * tanh, any weights *)

(** The hyperbolic cotangent. *)
Definition coth (x : R) : R := cosh x / sinh x.

(** The inverse of tanh. *)
Definition artanh (x : R) : R := / 2 * ln ((1 + x) / (1 - x)).

(** The value of tanh((m - a1)/delta) at the maximiser m, as long as m is inside [a, b]. *)
Definition tanh_ratio (delta w_plus w_minus a a1 b : R) : R :=
  (w_plus * coth ((b - a1) / delta) - w_minus * coth ((a1 - a) / delta)) / (w_plus + w_minus).

(** coth is 1/tanh. *)
Lemma coth_is_inverse (x : R) : 0 < x -> coth x = / tanh x.
Proof.
  intro x_pos. pose proof (sinh_positive x x_pos). pose proof (cosh_positive x).
  unfold coth, tanh. field. lra.
Qed.

(** tanh(artanh x) = x for -1 < x < 1. *)
Lemma tanh_artanh (x : R) : -1 < x < 1 -> tanh (artanh x) = x.
Proof.
  intro x_in. set (u := artanh x).
  assert (ratio_pos : 0 < (1 + x) / (1 - x)) by (apply Rdiv_lt_0_compat; lra).
  assert (square : exp u * exp u = (1 + x) / (1 - x)).
  { rewrite <- exp_plus. unfold u, artanh. rewrite <- (exp_ln _ ratio_pos) at 3.
    f_equal. field. }
  pose proof (exp_pos u) as pos.
  replace (tanh u) with ((exp u * exp u - 1) / (exp u * exp u + 1)).
  - rewrite square. field. lra.
  - pose proof (Rmult_lt_0_compat _ _ pos pos).
    unfold tanh, sinh, cosh. rewrite exp_Ropp. field. lra.
Qed.

(** 1 + x y is positive for x and y between -1 and 1. *)
Lemma one_plus_product_positive (x y : R) : -1 < x < 1 -> -1 < y < 1 -> 0 < 1 + x * y.
Proof.
  intros x_in y_in. pose proof (Rmult_lt_0_compat (1 + x) (1 + y) ltac:(lra) ltac:(lra)).
  pose proof (Rmult_lt_0_compat (1 - x) (1 - y) ltac:(lra) ltac:(lra)). lra.
Qed.

(** The addition formula of tanh. *)
Lemma tanh_plus (u v : R) : tanh (u + v) = (tanh u + tanh v) / (1 + tanh u * tanh v).
Proof.
  pose proof (cosh_positive u). pose proof (cosh_positive v).
  pose proof (cosh_positive (u + v)) as sum_pos. rewrite cosh_plus in sum_pos.
  unfold tanh. rewrite sinh_plus, cosh_plus. field. repeat split; lra.
Qed.

(** The slope of the tanh gain has the sign of tanh_ratio - tanh((theta - a1)/delta). *)
Lemma tanh_slope_sign (delta w_plus w_minus a a1 b theta : R) :
  0 < delta -> 0 < w_plus -> 0 < w_minus -> a < a1 -> a1 < b ->
  exists k, 0 < k /\
    slope (tanh_sigmoid delta) w_plus w_minus a a1 b theta =
    k * (tanh_ratio delta w_plus w_minus a a1 b - tanh ((theta - a1) / delta)).
Proof.
  intros delta_pos plus_pos minus_pos a_a1 a1_b. unfold slope, tanh_sigmoid, tanh_ratio.
  assert (p_pos : 0 < (a1 - a) / delta) by (apply Rdiv_lt_0_compat; lra).
  assert (q_pos : 0 < (b - a1) / delta) by (apply Rdiv_lt_0_compat; lra).
  rewrite !coth_is_inverse by assumption.
  replace ((theta - a) / delta) with ((a1 - a) / delta + (theta - a1) / delta) by (field; lra).
  replace ((b - theta) / delta) with ((b - a1) / delta + - ((theta - a1) / delta))
    by (field; lra).
  rewrite !tanh_plus, tanh_odd.
  pose proof (tanh_bounds ((a1 - a) / delta)) as P_in. pose proof (tanh_positive _ p_pos) as P_pos.
  pose proof (tanh_bounds ((b - a1) / delta)) as Q_in. pose proof (tanh_positive _ q_pos) as Q_pos.
  pose proof (tanh_bounds ((theta - a1) / delta)) as r_in.
  set (P := tanh ((a1 - a) / delta)) in *. set (Q := tanh ((b - a1) / delta)) in *.
  set (r := tanh ((theta - a1) / delta)) in *. clearbody P Q r.
  pose proof (one_plus_product_positive P r P_in r_in) as left_pos.
  pose proof (one_plus_product_positive Q (- r) Q_in ltac:(lra)) as right_pos.
  exists ((1 - r) * (1 + r) * (P * Q * (w_plus + w_minus)) / ((1 + P * r) * (1 + Q * - r))).
  split; [| field; repeat split; lra].
  apply Rdiv_lt_0_compat; repeat apply Rmult_lt_0_compat; lra.
Qed.

(** tanh((t - a1)/delta) grows with t. *)
Lemma tanh_shifted_increasing (delta a1 t t' : R) :
  0 < delta -> t < t' -> tanh ((t - a1) / delta) < tanh ((t' - a1) / delta).
Proof.
  intros delta_pos less. apply tanh_increasing, Rmult_lt_compat_r; [| lra].
  now apply Rinv_0_lt_compat.
Qed.

(** The only maximiser of the tanh gain is the point up to which tanh((t - a1)/delta) is below
    tanh_ratio and from which on it is above. *)
Lemma tanh_maximiser (delta w_plus w_minus a a1 b m : R) :
  0 < delta -> 0 < w_plus -> 0 < w_minus -> a < a1 -> a1 < b -> a <= m <= b ->
  let r := tanh_ratio delta w_plus w_minus a a1 b in
  (a < m -> tanh ((m - a1) / delta) <= r) -> (m < b -> r <= tanh ((m - a1) / delta)) ->
  only_maximiser (gain (tanh_sigmoid delta) w_plus w_minus a a1 b) a b m.
Proof.
  intros delta_pos plus_pos minus_pos a_a1 a1_b m_in r not_above not_below.
  apply (only_maximiser_by_sign _ (slope (tanh_sigmoid delta) w_plus w_minus a a1 b)).
  - intro t. now apply C5_gain_derivative, tanh_is_odd_sigmoid.
  - exact m_in.
  - intros t t_in. destruct (tanh_slope_sign delta w_plus w_minus a a1 b t)
      as [k [k_pos ->]]; try assumption. fold r.
    pose proof (tanh_shifted_increasing delta a1 t m delta_pos ltac:(lra)).
    specialize (not_above ltac:(lra)). apply Rmult_lt_0_compat; lra.
  - intros t t_in. destruct (tanh_slope_sign delta w_plus w_minus a a1 b t)
      as [k [k_pos ->]]; try assumption. fold r.
    pose proof (tanh_shifted_increasing delta a1 m t delta_pos ltac:(lra)).
    specialize (not_below ltac:(lra)).
    pose proof (Rmult_lt_0_compat k (tanh ((t - a1) / delta) - r) k_pos ltac:(lra)). lra.
Qed.

(** If tanh((m - a1)/delta) lies between its values at a and at b, then m lies in (a, b). *)
Lemma tanh_inside (delta a a1 b m : R) :
  0 < delta ->
  - tanh ((a1 - a) / delta) < tanh ((m - a1) / delta) < tanh ((b - a1) / delta) -> a < m < b.
Proof.
  intros delta_pos inside.
  replace (- tanh ((a1 - a) / delta)) with (tanh ((a - a1) / delta)) in inside
    by (rewrite <- tanh_odd; f_equal; field; lra).
  split; apply Rnot_le_lt; intros [less | same].
  - pose proof (tanh_shifted_increasing delta a1 m a delta_pos less). lra.
  - rewrite same in inside. lra.
  - pose proof (tanh_shifted_increasing delta a1 b m delta_pos less). lra.
  - rewrite same in inside. lra.
Qed.

(** T8 for tanh and any weights: the only maximiser is a1 + delta artanh r, r = tanh_ratio, as
    long as this lies inside [a, b], and else the end of [a, b] on its side. *)
Theorem T8_tanh (delta w_plus w_minus a a1 b : R) :
  0 < delta -> 0 < w_plus -> 0 < w_minus -> a < a1 -> a1 < b ->
  let r := tanh_ratio delta w_plus w_minus a a1 b in
  let G := gain (tanh_sigmoid delta) w_plus w_minus a a1 b in
  (- tanh ((a1 - a) / delta) < r < tanh ((b - a1) / delta) ->
     only_maximiser G a b (a1 + delta * artanh r)) /\
  (r <= - tanh ((a1 - a) / delta) -> only_maximiser G a b a) /\
  (tanh ((b - a1) / delta) <= r -> only_maximiser G a b b).
Proof.
  intros delta_pos plus_pos minus_pos a_a1 a1_b r G. split; [| split].
  - intro inside. set (m := a1 + delta * artanh r).
    pose proof (tanh_bounds ((a1 - a) / delta)). pose proof (tanh_bounds ((b - a1) / delta)).
    assert (at_m : tanh ((m - a1) / delta) = r).
    { unfold m. replace ((a1 + delta * artanh r - a1) / delta) with (artanh r) by (field; lra).
      apply tanh_artanh. lra. }
    rewrite <- at_m in inside. pose proof (tanh_inside delta a a1 b m delta_pos inside).
    apply tanh_maximiser; try assumption; fold r; lra.
  - intro low. apply tanh_maximiser; try assumption; fold r; [lra | lra |].
    replace (tanh ((a - a1) / delta)) with (- tanh ((a1 - a) / delta)); [lra |].
    rewrite <- tanh_odd. f_equal. field. lra.
  - intro high. apply tanh_maximiser; try assumption; fold r; lra.
Qed.

(** * arctan, unit weights *)

(** sin(atan t) = t cos(atan t). *)
Lemma sin_atan_cos (t : R) : sin (atan t) = t * cos (atan t).
Proof.
  pose proof (atan_bound t) as bound.
  pose proof (cos_gt_0 (atan t) ltac:(lra) ltac:(lra)).
  rewrite <- (tan_atan t) at 2. unfold tan. field. lra.
Qed.

(** cos(atan t) is positive. *)
Lemma cos_atan_positive (t : R) : 0 < cos (atan t).
Proof. pose proof (atan_bound t). apply cos_gt_0; lra. Qed.

(** If atan(p - s) + 2 atan(s) = atan(q + s), then 2 p q s = (q - p) (1 + s^2). *)
Lemma arctan_critical_polynomial (p q s : R) :
  atan (p - s) + 2 * atan s = atan (q + s) -> 2 * (p * q) * s = (q - p) * (1 + s ^ 2).
Proof.
  intro angles.
  pose proof (cos_atan_positive (p - s)) as p_pos. pose proof (cos_atan_positive s) as s_pos.
  pose proof (cos_atan_positive (q + s)) as q_pos.
  assert (rotation : sin (atan (q + s) - atan (p - s)) * cos (2 * atan s)
                     = cos (atan (q + s) - atan (p - s)) * sin (2 * atan s)).
  { replace (atan (q + s) - atan (p - s)) with (2 * atan s) by lra. ring. }
  rewrite sin_minus, cos_minus, sin_2a, cos_2a, !sin_atan_cos in rotation.
  set (x := cos (atan (p - s))) in *. set (y := cos (atan s)) in *.
  set (z := cos (atan (q + s))) in *.
  assert (product_pos : 0 < x * z * (y * y)) by (repeat apply Rmult_lt_0_compat; assumption).
  apply (Rmult_eq_reg_l (x * z * (y * y))); lra.
Qed.

(** The smaller root: if 2 E s = 1 + s^2 with 0 < s < 1, then s = E - sqrt(E^2 - 1), and E > 1. *)
Lemma smaller_root (E s : R) :
  0 < s < 1 -> 2 * E * s = 1 + s ^ 2 -> 1 < E /\ s = E - sqrt (E ^ 2 - 1).
Proof.
  intros s_in equation.
  assert (value : E = (1 + s ^ 2) / (2 * s))
    by (apply (Rmult_eq_reg_r (2 * s)); [field_simplify |]; lra).
  assert (E_large : 1 < E).
  { rewrite value. apply Rlt_div_r; [lra |].
    pose proof (Rmult_lt_0_compat (1 - s) (1 - s) ltac:(lra) ltac:(lra)). lra. }
  split; [exact E_large |].
  replace (E ^ 2 - 1) with ((E - s) * (E - s)) by lra.
  rewrite sqrt_square; lra.
Qed.

(** The distance to the truth: if 0 < s < p < q solves the critical equation, then
    s = E - sqrt(E^2 - 1) with E = p q / (q - p) > 1. *)
Lemma arctan_critical_distance (p q s : R) :
  0 < s < p -> p < q -> atan (p - s) + 2 * atan s = atan (q + s) ->
  1 < p * q / (q - p) /\ s = p * q / (q - p) - sqrt ((p * q / (q - p)) ^ 2 - 1).
Proof.
  intros s_in p_q angles. apply smaller_root.
  - split; [lra |]. pose proof (atan_bound (q + s)).
    pose proof (atan_increasing 0 (p - s) ltac:(lra)) as positive. rewrite atan_0 in positive.
    apply Rnot_le_lt. intro large.
    assert (atan 1 <= atan s) by (destruct large as [less | <-];
      [left; now apply atan_increasing | lra]).
    rewrite atan_1 in *. lra.
  - pose proof (arctan_critical_polynomial p q s angles) as polynomial.
    apply (Rmult_eq_reg_r (q - p)); [| lra].
    replace (2 * (p * q / (q - p)) * s * (q - p)) with (2 * (p * q) * s) by (field; lra). lra.
Qed.

(** Between the ends and the truth the slope of the arctan gain is a sum of three arctangents. *)
Lemma arctan_slope (delta a a1 b theta : R) :
  0 < delta ->
  slope (arctan_sigmoid delta) 1 1 a a1 b theta =
  2 / PI * (atan ((a1 - a) / delta - (a1 - theta) / delta) + 2 * atan ((a1 - theta) / delta)
            - atan ((b - a1) / delta + (a1 - theta) / delta)).
Proof.
  intro delta_pos. unfold slope, arctan_sigmoid.
  replace ((theta - a1) / delta) with (- ((a1 - theta) / delta)) by (field; lra).
  replace ((a1 - a) / delta - (a1 - theta) / delta) with ((theta - a) / delta) by (field; lra).
  replace ((b - a1) / delta + (a1 - theta) / delta) with ((b - theta) / delta) by (field; lra).
  rewrite atan_opp. ring.
Qed.

(** If A < B, an only maximiser other than a is a critical point strictly between a and a1. *)
Lemma maximiser_critical (sigma : R -> R) (a a1 b m : R) :
  odd_sigmoid sigma -> a < a1 -> a1 - a < b - a1 -> m <> a ->
  local_maximiser (gain sigma 1 1 a a1 b) a b m ->
  a < m < a1 /\ slope sigma 1 1 a a1 b m = 0.
Proof.
  intros sigmoid a_a1 imbalance not_a m_local. pose proof (proj1 m_local) as m_in.
  pose proof (sigmoid_increasing _ sigmoid _ _ imbalance).
  pose proof (C5_gain_derivative sigma 1 1 a a1 b m sigmoid) as derivative.
  pose proof (slope_at_maximiser_left _ a b m _ derivative m_local ltac:(lra)) as rising.
  assert (m_left : m < a1).
  { apply Rnot_le_lt. intros [right | same].
    - pose proof (L1_slope_right sigma 1 1 a a1 b m sigmoid ltac:(lra) ltac:(lra) ltac:(lra)
        ltac:(lra)). lra.
    - rewrite <- same, slope_at_truth in rising by exact sigmoid. lra. }
  pose proof (slope_at_maximiser_right _ a b m _ derivative m_local ltac:(lra)). lra.
Qed.

(** T8 for arctan with unit weights: if A < B and 2 sigma(A) > sigma(b - a), the only maximiser is
    a1 - delta (E - sqrt(E^2 - 1)) with E = A B / (delta (B - A)) > 1. *)
Theorem T8_arctan (delta a a1 b : R) :
  0 < delta -> a < a1 -> a1 - a < b - a1 ->
  arctan_sigmoid delta (b - a) < 2 * arctan_sigmoid delta (a1 - a) ->
  let E := (a1 - a) * (b - a1) / (delta * ((b - a1) - (a1 - a))) in
  1 < E /\
  only_maximiser (gain (arctan_sigmoid delta) 1 1 a a1 b) a b
    (a1 - delta * (E - sqrt (E ^ 2 - 1))).
Proof.
  intros delta_pos a_a1 imbalance mild E.
  destruct (T3_arctan delta a a1 b delta_pos a_a1 imbalance) as [[m m_only] border].
  assert (not_a : m <> a) by (intros ->; apply proj1, border in m_only; lra).
  destruct (maximiser_critical _ a a1 b m (arctan_is_odd_sigmoid delta delta_pos) a_a1 imbalance
    not_a (global_is_local _ _ _ _ (proj1 m_only))) as [m_in critical].
  rewrite arctan_slope in critical by exact delta_pos.
  pose proof two_over_pi_positive as scale_pos.
  apply Rmult_integral in critical. destruct critical as [absurd | critical]; [lra |].
  assert (shrink : forall x y, x < y -> x / delta < y / delta)
    by (intros x y less; apply Rmult_lt_compat_r; [now apply Rinv_0_lt_compat | exact less]).
  destruct (arctan_critical_distance ((a1 - a) / delta) ((b - a1) / delta) ((a1 - m) / delta))
    as [E_large distance].
  - split; [apply Rdiv_lt_0_compat; lra | apply shrink; lra].
  - now apply shrink.
  - lra.
  - replace ((a1 - a) / delta * ((b - a1) / delta) / ((b - a1) / delta - (a1 - a) / delta))
      with E in * by (unfold E; field; repeat split; lra).
    split; [exact E_large |]. rewrite <- distance.
    replace (a1 - delta * ((a1 - m) / delta)) with m by (field; lra). exact m_only.
Qed.

(** T8 for arctan at the border and beyond: if A < B and 2 sigma(A) <= sigma(b - a), the only
    maximiser is a. *)
Theorem T8_arctan_left_end (delta a a1 b : R) :
  0 < delta -> a < a1 -> a1 - a < b - a1 ->
  2 * arctan_sigmoid delta (a1 - a) <= arctan_sigmoid delta (b - a) ->
  only_maximiser (gain (arctan_sigmoid delta) 1 1 a a1 b) a b a.
Proof.
  intros delta_pos a_a1 imbalance severe.
  destruct (T3_arctan delta a a1 b delta_pos a_a1 imbalance) as [[m m_only] border].
  apply border in severe.
  pose proof (proj2 m_only a (global_is_local _ _ _ _ severe)) as same.
  rewrite <- same in m_only. exact m_only.
Qed.
