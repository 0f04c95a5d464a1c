(** Where Theorem M needs its hypotheses (M').

    The truth is a local minimiser of a risk only if the drops are together at least as steep at 0
    as at the ends of the range: F_plus'(A) + F_minus'(B) <= F_plus'(0) + F_minus'(0).  The drops
    of convex losses are.  M': without convexity equal drops are not enough: for phi(m) = 1 - m^3,
    softsign and A = B = 1 the drops are equal, and yet the truth is the worst threshold of the
    whole range.  For drops that are not bent the slope at b may equal the slope at the truth. *)
From Coq Require Import Reals Lra.
From Coquelicot Require Import Coquelicot.
From Lossbook Require Import Calculus Sigmoid Gain EqualDrops Losses Softsign.
Open Scope R_scope.

(** * Drops must be steepest at 0 *)

(** A function with derivative l at p has the derivative -l at q in t -> f(p + q - t). *)
Lemma derivative_turned (f : R -> R) (p q l : R) :
  is_derive f p l -> is_derive (fun t => f (p + q - t)) q (- l).
Proof.
  intro derivative.
  replace (- l) with (scal (-1) l) by (unfold scal; simpl; unfold mult; simpl; ring).
  apply (is_derive_comp f (fun t => p + q - t)).
  - now replace (p + q - q) with p by ring.
  - auto_derive; [trivial | ring].
Qed.

(** The derivative of the slope at the truth is the steepness of the drops at 0 minus their
    steepness at the ends. *)
Lemma drop_slope_derivative (F_plus F_minus : R -> R) (a a1 b p0 pA n0 nB : R) :
  is_derive F_plus 0 p0 -> is_derive F_plus (a1 - a) pA ->
  is_derive F_minus 0 n0 -> is_derive F_minus (b - a1) nB ->
  is_derive (drop_slope F_plus F_minus a a1 b) a1 (p0 - pA - nB + n0).
Proof.
  intros plus_zero plus_end minus_zero minus_end.
  replace (p0 - pA - nB + n0) with (p0 - pA + - nB - - n0) by ring.
  apply @is_derive_minus; [apply @is_derive_plus; [apply @is_derive_minus |] |].
  - apply derivative_shifted. now rewrite Rminus_eq_0.
  - now apply derivative_shifted.
  - apply (is_derive_ext (fun t => F_minus (b - a1 + a1 - t))); [intro t; f_equal; ring |].
    now apply derivative_turned.
  - apply (is_derive_ext (fun t => F_minus (0 + a1 - t))); [intro t; f_equal; ring |].
    now apply derivative_turned.
Qed.

(** M, a necessary condition without convexity: if the truth is a local minimiser of the risk, then
    F_plus'(A) + F_minus'(B) <= F_plus'(0) + F_minus'(0). *)
Theorem M_steepest_at_zero (sigma phi_plus phi_minus : R -> R) (a a1 b p0 pA n0 nB : R) :
  odd_sigmoid sigma -> (forall m : R, - 1 < m < 1 -> continuous phi_plus m) ->
  (forall m : R, - 1 < m < 1 -> continuous phi_minus m) -> a < a1 -> a1 < b ->
  is_derive (drop sigma phi_plus) 0 p0 -> is_derive (drop sigma phi_plus) (a1 - a) pA ->
  is_derive (drop sigma phi_minus) 0 n0 -> is_derive (drop sigma phi_minus) (b - a1) nB ->
  local_minimiser (risk sigma phi_plus phi_minus a a1 b) a b a1 ->
  pA + nB <= p0 + n0.
Proof.
  intros sigmoid plus_continuous minus_continuous a_a1 a1_b plus_zero plus_end minus_zero minus_end
    truth_local.
  set (rise := fun t => - drop_slope (drop sigma phi_plus) (drop sigma phi_minus) a a1 b t).
  assert (derivative : forall t,
    is_derive (fun t => 0 - risk sigma phi_plus phi_minus a a1 b t) t (rise t))
    by (intro t; now apply opposite_risk_derivative).
  apply (local_minimiser_opp _ _ a b 0 a1 (fun x => eq_refl)) in truth_local.
  pose proof (slope_at_maximiser_right _ a b a1 _ (derivative a1) truth_local a1_b).
  pose proof (slope_at_maximiser_left _ a b a1 _ (derivative a1) truth_local a_a1).
  apply Rnot_lt_le. intro steeper.
  destruct (positive_before_falling_zero (fun t => - rise t) a1 (p0 - pA - nB + n0))
    as [d [d_pos falling]]; [| lra | lra |].
  - apply (is_derive_ext (drop_slope (drop sigma phi_plus) (drop sigma phi_minus) a a1 b)).
    + intro t. symmetry. apply Ropp_involutive.
    + now apply drop_slope_derivative.
  - destruct truth_local as [_ [radius [radius_pos best]]].
    set (t := a1 - Rmin d (Rmin radius (a1 - a)) / 2).
    assert (step : 0 < Rmin d (Rmin radius (a1 - a))) by (repeat apply Rmin_glb_lt; lra).
    pose proof (Rmin_l d (Rmin radius (a1 - a))). pose proof (Rmin_r d (Rmin radius (a1 - a))).
    pose proof (Rmin_l radius (a1 - a)). pose proof (Rmin_r radius (a1 - a)).
    specialize (best t ltac:(unfold t; lra)
      ltac:(unfold t; rewrite Rabs_left by lra; lra)).
    assert (t_a1 : t < a1) by (unfold t; lra).
    pose proof (falls_if_negative _ _ derivative t a1 t_a1) as falls.
    specialize (falls (fun x x_in => ltac:(
      pose proof (falling x ltac:(unfold t in x_in; lra)); simpl in *; lra))). simpl in *. lra.
Qed.

(** If both classes are equally long and have the same loss, a negative slope right of the truth
    makes the truth the worst threshold of the whole range. *)
Lemma truth_is_worst (sigma phi : R -> R) (a a1 b : R) :
  odd_sigmoid sigma -> (forall m : R, - 1 < m < 1 -> continuous phi m) ->
  a < a1 -> b - a1 = a1 - a ->
  (forall t, a1 < t <= b -> drop_slope (drop sigma phi) (drop sigma phi) a a1 b t < 0) ->
  (forall theta, a <= theta <= b -> theta <> a1 ->
    risk sigma phi phi a a1 b theta < risk sigma phi phi a a1 b a1) /\
  ~ local_minimiser (risk sigma phi phi a a1 b) a b a1.
Proof.
  intros sigmoid phi_continuous a_a1 equal negative.
  pose proof (fun theta => M_risk_derivative sigma phi phi a a1 b theta sigmoid
    phi_continuous phi_continuous) as derivative.
  assert (worst : forall theta, a <= theta <= b -> theta <> a1 ->
    risk sigma phi phi a a1 b theta < risk sigma phi phi a a1 b a1).
  { intros theta theta_in other. destruct (Rdichotomy theta a1 other) as [left | right].
    - apply (rises_if_positive _ _ derivative); [exact left |]. intros x x_in.
      specialize (negative (a1 + (a1 - x)) ltac:(lra)). rewrite drop_slope_mirror.
      unfold drop_slope in *.
      replace (- x - - a1) with (a1 + (a1 - x) - a1) by ring.
      replace (- x - - b) with (a1 + (a1 - x) - a) by lra.
      replace (- a - - x) with (b - (a1 + (a1 - x))) by lra.
      replace (- a1 - - x) with (a1 - (a1 + (a1 - x))) by ring. lra.
    - apply (falls_if_negative _ _ derivative); [exact right |]. intros x x_in.
      apply negative. lra. }
  split; [exact worst |]. intros [_ [radius [radius_pos best]]].
  pose proof (Rmin_l radius (b - a1)). pose proof (Rmin_r radius (b - a1)).
  pose proof (Rmin_glb_lt radius (b - a1) 0 radius_pos ltac:(lra)).
  set (step := Rmin radius (b - a1) / 2). assert (0 < step) by (unfold step; lra).
  pose proof (worst (a1 + step) ltac:(unfold step in *; lra) ltac:(lra)).
  specialize (best (a1 + step) ltac:(unfold step in *; lra)
    ltac:(rewrite Rabs_pos_eq; unfold step in *; lra)). lra.
Qed.

(** * Equal drops without convexity *)

(** The loss 1 - m^3. *)
Definition cubic_loss (m : R) : R := 1 - m ^ 3.

(** The loss 1 - m^3 strictly decreases on the whole line. *)
Lemma cubic_loss_decreasing (x y : R) : x < y -> cubic_loss y < cubic_loss x.
Proof.
  intro order. unfold cubic_loss.
  assert (0 < (y - x) * ((x + y / 2) ^ 2 + 3 / 4 * y ^ 2)); [| lra].
  apply Rmult_lt_0_compat; [lra |].
  pose proof (pow2_ge_0 (x + y / 2)). pose proof (pow2_ge_0 y).
  destruct (Req_dec y 0) as [-> | nonzero].
  - pose proof (pow2_gt_0 x ltac:(lra)). lra.
  - pose proof (pow2_gt_0 y nonzero). lra.
Qed.

(** The loss 1 - m^3 is continuous. *)
Lemma cubic_loss_continuous (m : R) : continuous cubic_loss m.
Proof. apply (ex_derive_continuous cubic_loss). unfold cubic_loss. auto_derive. trivial. Qed.

(** The loss 1 - m^3 is not convex: at 1/4 it is above its chord from 0 to 1/2. *)
Lemma cubic_loss_not_convex : ~ margin_loss cubic_loss.
Proof.
  intro is_loss.
  pose proof (loss_convex _ is_loss 0 (1 / 4) (1 / 2) ltac:(lra) ltac:(lra) ltac:(lra) ltac:(lra)).
  unfold cubic_loss in *. lra.
Qed.

(** The drop of the loss 1 - m^3 is sigma(u)^3. *)
Lemma cubic_drop (sigma : R -> R) (u : R) : drop sigma cubic_loss u = sigma u ^ 3.
Proof. unfold drop, cubic_loss. ring. Qed.

(** The slope of the cubic risk of softsign at distance t from the truth. *)
Definition cubic_slope (t : R) : R :=
  2 * softsign_sigmoid 1 t ^ 3 - softsign_sigmoid 1 (1 + t) ^ 3 + softsign_sigmoid 1 (1 - t) ^ 3.

(** The slope of the risk, written with the drops, is the cubic slope. *)
Lemma cubic_drop_slope (theta : R) :
  drop_slope (drop (softsign_sigmoid 1) cubic_loss) (drop (softsign_sigmoid 1) cubic_loss)
    0 1 2 theta = cubic_slope (theta - 1).
Proof.
  unfold drop_slope, cubic_slope. rewrite !cubic_drop.
  replace (1 - theta) with (- (theta - 1)) by ring. rewrite softsign_odd.
  replace (1 + (theta - 1)) with (theta - 0) by ring.
  replace (1 - (theta - 1)) with (2 - theta) by ring. ring.
Qed.

(** t^2 (2 - t) (2 + t)^3 < (1 + t)^5 for 0 < t <= 1. *)
Lemma cubic_polynomial (t : R) : 0 < t <= 1 -> t ^ 2 * (2 - t) * (2 + t) ^ 3 < (1 + t) ^ 5.
Proof.
  intro t_in. pose proof (pow_lt t 5 ltac:(lra)). pose proof (pow_lt t 6 ltac:(lra)).
  pose proof (pow_incr t 1 2 ltac:(lra)). pose proof (pow_incr t 1 3 ltac:(lra)).
  pose proof (Rmult_le_pos (t * (1 - t) ^ 2) (1 + t)
    ltac:(apply Rmult_le_pos; [lra | apply pow2_ge_0]) ltac:(lra)).
  pose proof (Rmult_le_pos (1 - t ^ 2) (1 - t ^ 3) ltac:(lra) ltac:(lra)). lra.
Qed.

(** 2 (t/(1 + t))^3 is less than its share of the difference of the other two cubes. *)
Lemma cubic_share (t : R) :
  0 < t <= 1 ->
  2 * (t / (t + 1)) ^ 3
  < ((1 + t) / (1 + t + 1) - (1 - t) / (1 - t + 1)) * ((1 + t) / (1 + t + 1)) ^ 2.
Proof.
  intro t_in. pose proof (cubic_polynomial t t_in) as less.
  set (scale := 2 * t / ((1 + t) ^ 3 * (2 + t) ^ 3 * (2 - t))).
  assert (scale_pos : 0 < scale).
  { unfold scale. apply Rdiv_lt_0_compat; [lra |].
    repeat apply Rmult_lt_0_compat; lra. }
  apply (Rmult_lt_compat_l scale) in less; [| exact scale_pos].
  replace (scale * (t ^ 2 * (2 - t) * (2 + t) ^ 3)) with (2 * (t / (t + 1)) ^ 3) in less
    by (unfold scale; field; lra).
  replace (scale * (1 + t) ^ 5) with
    (((1 + t) / (1 + t + 1) - (1 - t) / (1 - t + 1)) * ((1 + t) / (1 + t + 1)) ^ 2) in less
    by (unfold scale; field; lra).
  exact less.
Qed.

(** Right of the truth the slope is negative up to the end of the range. *)
Lemma cubic_slope_negative (t : R) : 0 < t <= 1 -> cubic_slope t < 0.
Proof.
  intro t_in. unfold cubic_slope. pose proof (cubic_share t t_in) as share.
  pose proof (softsign_is_odd_sigmoid 1 ltac:(lra)) as sigmoid.
  pose proof (sigmoid_nonneg _ sigmoid (1 - t) ltac:(lra)) as q_nonneg.
  pose proof (sigmoid_increasing _ sigmoid (1 - t) (1 + t) ltac:(lra)) as order.
  rewrite <- !softsign_on_half_line in share by lra.
  set (p := softsign_sigmoid 1 (1 + t)) in *. set (q := softsign_sigmoid 1 (1 - t)) in *.
  pose proof (Rmult_le_pos q ((p - q) * (p + q)) q_nonneg
    ltac:(apply Rmult_le_pos; lra)). lra.
Qed.

(** M' is false: phi(m) = 1 - m^3 strictly decreases and the classes [0, 1] and [1, 2] have equal
    drops for softsign, but without convexity the truth is no local minimiser: the risk is smaller
    at every other threshold of [0, 2]. *)
Theorem Mprime_not_convex :
  let sigma := softsign_sigmoid 1 in
  let phi := fun m : R => 1 - m ^ 3 in
  let L := risk sigma phi phi 0 1 2 in
  (forall x y, x < y -> phi y < phi x) /\
  drop sigma phi (1 - 0) = drop sigma phi (2 - 1) /\
  (forall theta, 0 <= theta <= 2 -> theta <> 1 -> L theta < L 1) /\
  ~ local_minimiser L 0 2 1.
Proof.
  intros sigma phi L.
  split; [exact cubic_loss_decreasing |]. split; [f_equal; ring |].
  apply (truth_is_worst (softsign_sigmoid 1) cubic_loss 0 1 2); [| | lra | ring |].
  - apply softsign_is_odd_sigmoid. lra.
  - intros m _. apply cubic_loss_continuous.
  - intros t t_in. rewrite cubic_drop_slope. apply cubic_slope_negative. lra.
Qed.

(** * Drops that are not bent *)

(** For losses that tell right from wrong the strict slope inequality of M may fail at b: with
    the perceptron loss max(0, -m) for the positives and the linear loss 1 - m for the negatives
    the slope at b equals the slope at the truth. *)
Theorem Mprime_closed_end (sigma : R -> R) (a a1 b : R) :
  odd_sigmoid sigma -> a < a1 -> a1 < b ->
  let phi_plus := fun m : R => Rmax 0 (0 - m) in
  let phi_minus := fun m : R => 1 - m in
  margin_loss phi_plus /\ margin_loss phi_minus /\
  tells_right_from_wrong phi_plus /\ tells_right_from_wrong phi_minus /\
  drop_slope (drop sigma phi_plus) (drop sigma phi_minus) a a1 b b =
  drop_slope (drop sigma phi_plus) (drop sigma phi_minus) a a1 b a1.
Proof.
  intros sigmoid a_a1 a1_b phi_plus phi_minus.
  split; [apply (hinge_is_margin_loss 0) |].
  split; [split; intros; unfold phi_minus; lra |].
  split; [apply (hinge_tells 0); lra |]. split; [intros m m_in; unfold phi_minus; lra |].
  pose proof (sigmoid_zero sigma sigmoid) as zero.
  pose proof (sigmoid_positive sigma sigmoid (a1 - a) ltac:(lra)).
  pose proof (sigmoid_positive sigma sigmoid (b - a1) ltac:(lra)).
  pose proof (sigmoid_positive sigma sigmoid (b - a) ltac:(lra)).
  unfold drop_slope, drop, phi_plus, phi_minus. rewrite !Rminus_eq_0, zero.
  replace (a1 - b) with (- (b - a1)) by ring. rewrite (sigmoid_odd _ sigmoid).
  rewrite !Rmax_left by lra. lra.
Qed.
