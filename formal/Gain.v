(** The gain of one threshold and its derivative (C5), and the one-sided bounds on it (L1).

    The positive points fill [a, a1], the negative points [a1, b]; A = a1 - a and B = b - a1 are the
    lengths of the classes.  The gain integrates the score of the model sigma(theta - x) against
    the labels, with a weight for each class.  Its derivative, the slope, is computed once and for
    all; D = w_plus sigma(A) - w_minus sigma(B) is the slope at the truth a1, and subadditivity puts
    the slope below D right of a1 and above D left of it. *)
From Coq Require Import Reals Lra.
From Coquelicot Require Import Coquelicot.
From Lossbook Require Import Calculus Sigmoid.
Open Scope R_scope.

(** The weighted gain of the threshold [theta]. *)
Definition gain (sigma : R -> R) (w_plus w_minus a a1 b theta : R) : R :=
  w_plus * RInt (fun x => sigma (theta - x)) a a1
  - w_minus * RInt (fun x => sigma (theta - x)) a1 b.

(** The slope of the weighted gain. *)
Definition slope (sigma : R -> R) (w_plus w_minus a a1 b theta : R) : R :=
  w_plus * (sigma (theta - a) - sigma (theta - a1))
  - w_minus * (sigma (theta - a1) + sigma (b - theta)).

(** C5: the gain is differentiable, and its derivative is the slope. *)
Theorem C5_gain_derivative (sigma : R -> R) (w_plus w_minus a a1 b theta : R) :
  odd_sigmoid sigma ->
  is_derive (gain sigma w_plus w_minus a a1 b) theta (slope sigma w_plus w_minus a a1 b theta).
Proof.
  intro sigmoid. unfold gain, slope.
  replace (sigma (b - theta)) with (- sigma (theta - b))
    by (rewrite <- (sigmoid_odd _ sigmoid); f_equal; ring).
  apply @is_derive_minus; apply is_derive_scal, sliding_integral_derivative;
    apply (sigmoid_continuous _ sigmoid).
Qed.

(** C5 as the paper's formula (19): for unit weights
    G'(theta) = -2 sigma(theta - a1) + sigma(theta - a) - sigma(b - theta). *)
Theorem C5_formula_19 (sigma : R -> R) (a a1 b theta : R) :
  odd_sigmoid sigma ->
  is_derive (gain sigma 1 1 a a1 b) theta
    (- 2 * sigma (theta - a1) + sigma (theta - a) - sigma (b - theta)).
Proof.
  intro sigmoid.
  replace (- 2 * sigma (theta - a1) + sigma (theta - a) - sigma (b - theta))
    with (slope sigma 1 1 a a1 b theta) by (unfold slope; ring).
  now apply C5_gain_derivative.
Qed.

(** C5 as the paper's formula (18): for unit weights
    G'(theta) = sigma(theta - a) + sigma(theta - b) - 2 sigma(theta - a1). *)
Theorem C5_formula_18 (sigma : R -> R) (a a1 b theta : R) :
  odd_sigmoid sigma ->
  is_derive (gain sigma 1 1 a a1 b) theta
    (sigma (theta - a) + sigma (theta - b) - 2 * sigma (theta - a1)).
Proof.
  intro sigmoid.
  replace (sigma (theta - b)) with (- sigma (b - theta))
    by (rewrite <- (sigmoid_odd _ sigmoid); f_equal; ring).
  replace (sigma (theta - a) + - sigma (b - theta) - 2 * sigma (theta - a1))
    with (slope sigma 1 1 a a1 b theta) by (unfold slope; ring).
  now apply C5_gain_derivative.
Qed.

Section Slope.
Variable sigma : R -> R.
Hypothesis sigmoid : odd_sigmoid sigma.
Variables w_plus w_minus a a1 b : R.

(** At distance t right of the truth the slope is
    w_plus (sigma(A + t) - sigma(t)) - w_minus (sigma(t) + sigma(B - t)). *)
Lemma slope_right_of_truth (t : R) :
  slope sigma w_plus w_minus a a1 b (a1 + t) =
  w_plus * (sigma (a1 - a + t) - sigma t) - w_minus * (sigma t + sigma (b - a1 - t)).
Proof. unfold slope. do 2 f_equal; f_equal; f_equal; ring. Qed.

(** At distance t left of the truth the slope is
    w_plus (sigma(A - t) + sigma(t)) - w_minus (sigma(B + t) - sigma(t)). *)
Lemma slope_left_of_truth (t : R) :
  slope sigma w_plus w_minus a a1 b (a1 - t) =
  w_plus * (sigma (a1 - a - t) + sigma t) - w_minus * (sigma (b - a1 + t) - sigma t).
Proof.
  unfold slope. replace (a1 - t - a1) with (- t) by ring.
  replace (a1 - t - a) with (a1 - a - t) by ring.
  replace (b - (a1 - t)) with (b - a1 + t) by ring.
  rewrite (sigmoid_odd _ sigmoid). ring.
Qed.

(** At the truth the slope is D = w_plus sigma(A) - w_minus sigma(B). *)
Lemma slope_at_truth :
  slope sigma w_plus w_minus a a1 b a1 = w_plus * sigma (a1 - a) - w_minus * sigma (b - a1).
Proof.
  unfold slope. replace (a1 - a1) with 0 by ring. rewrite (sigmoid_zero _ sigmoid). ring.
Qed.

(** At the left end the slope is w_plus sigma(A) - w_minus (sigma(A + B) - sigma(A)). *)
Lemma slope_at_left_end :
  slope sigma w_plus w_minus a a1 b a =
  w_plus * sigma (a1 - a) - w_minus * (sigma (b - a) - sigma (a1 - a)).
Proof.
  unfold slope. replace (a - a) with 0 by ring. replace (a - a1) with (- (a1 - a)) by ring.
  rewrite (sigmoid_odd _ sigmoid), (sigmoid_zero _ sigmoid). ring.
Qed.

(** The gain has a global maximiser on [a, b]. *)
Lemma gain_maximiser_exists :
  a <= b -> exists m, global_maximiser (gain sigma w_plus w_minus a a1 b) a b m.
Proof.
  apply (global_maximiser_exists _ (slope sigma w_plus w_minus a a1 b)).
  intro theta. now apply C5_gain_derivative.
Qed.

End Slope.

(** L1, right side: on (a1, b] the slope is below its value at the truth. *)
Theorem L1_slope_right (sigma : R -> R) (w_plus w_minus a a1 b theta : R) :
  odd_sigmoid sigma -> 0 < w_plus -> 0 < w_minus -> a < a1 -> a1 < theta <= b ->
  slope sigma w_plus w_minus a a1 b theta < w_plus * sigma (a1 - a) - w_minus * sigma (b - a1).
Proof.
  intros sigmoid plus_pos minus_pos a_a1 theta_in.
  replace theta with (a1 + (theta - a1)) by ring. rewrite slope_right_of_truth.
  set (t := theta - a1). assert (t_in : 0 < t <= b - a1) by (unfold t; lra).
  pose proof (L1_subadditivity sigma sigmoid (a1 - a) t ltac:(lra) ltac:(lra)) as plus.
  pose proof (sigmoid_subadditive sigma sigmoid t (b - a1 - t) ltac:(lra) ltac:(lra)) as minus.
  replace (t + (b - a1 - t)) with (b - a1) in minus by ring.
  apply (Rmult_lt_compat_l w_plus) in plus; [| exact plus_pos].
  apply (Rmult_le_compat_l w_minus) in minus; [| lra]. lra.
Qed.

(** L1, left side: on [a, a1) the slope is above its value at the truth. *)
Theorem L1_slope_left (sigma : R -> R) (w_plus w_minus a a1 b theta : R) :
  odd_sigmoid sigma -> 0 < w_plus -> 0 < w_minus -> a1 < b -> a <= theta < a1 ->
  w_plus * sigma (a1 - a) - w_minus * sigma (b - a1) < slope sigma w_plus w_minus a a1 b theta.
Proof.
  intros sigmoid plus_pos minus_pos a1_b theta_in.
  replace theta with (a1 - (a1 - theta)) by ring. rewrite slope_left_of_truth by exact sigmoid.
  set (t := a1 - theta). assert (t_in : 0 < t <= a1 - a) by (unfold t; lra).
  pose proof (L1_subadditivity sigma sigmoid (b - a1) t ltac:(lra) ltac:(lra)) as minus.
  pose proof (sigmoid_subadditive sigma sigmoid t (a1 - a - t) ltac:(lra) ltac:(lra)) as plus.
  replace (t + (a1 - a - t)) with (a1 - a) in plus by ring.
  apply (Rmult_lt_compat_l w_minus) in minus; [| exact minus_pos].
  apply (Rmult_le_compat_l w_plus) in plus; [| lra]. lra.
Qed.
