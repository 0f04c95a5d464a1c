(** Class weights (T4, T5, T6).

    T4: calibrated weights, w_plus sigma(A) = w_minus sigma(B), make the truth a1 the only maximiser
    of the weighted gain on [a, b], at every imbalance.
    T5: otherwise every local maximiser lies on the side given by the sign of the slope at a1.
    The calibrated ratio sigma(B)/sigma(A) lies strictly between 1 and B/A when A < B.
    T6: the ratio B/A of inverse-frequency weights is therefore too large; it moves the only
    maximiser to the right of a1, by less than half the length of the negative class. *)
From Coq Require Import Reals Lra.
From Coquelicot Require Import Coquelicot.
From Lossbook Require Import Calculus Sigmoid Gain.
Open Scope R_scope.

(** * Calibrated weights *)

(** T4: if w_plus sigma(A) = w_minus sigma(B), then a1 is the only maximiser of the weighted gain
    on [a, b], whatever the lengths of the classes. *)
Theorem T4_calibrated_weights (sigma : R -> R) (w_plus w_minus a a1 b : R) :
  odd_sigmoid sigma -> 0 < w_plus -> 0 < w_minus -> a < a1 -> a1 < b ->
  w_plus * sigma (a1 - a) = w_minus * sigma (b - a1) ->
  only_maximiser (gain sigma w_plus w_minus a a1 b) a b a1.
Proof.
  intros sigmoid plus_pos minus_pos a_a1 a1_b balance.
  apply (only_maximiser_by_sign _ (slope sigma w_plus w_minus a a1 b)).
  - intro t. now apply C5_gain_derivative.
  - lra.
  - intros t t_in.
    pose proof (L1_slope_left sigma w_plus w_minus a a1 b t sigmoid plus_pos minus_pos a1_b t_in).
    lra.
  - intros t t_in.
    pose proof (L1_slope_right sigma w_plus w_minus a a1 b t sigmoid plus_pos minus_pos a_a1 t_in).
    lra.
Qed.

(** * The side of the maximisers *)

(** T5, left: if w_plus sigma(A) < w_minus sigma(B), every local maximiser is left of the truth. *)
Theorem T5_left (sigma : R -> R) (w_plus w_minus a a1 b m : R) :
  odd_sigmoid sigma -> 0 < w_plus -> 0 < w_minus -> a < a1 -> a1 < b ->
  w_plus * sigma (a1 - a) < w_minus * sigma (b - a1) ->
  local_maximiser (gain sigma w_plus w_minus a a1 b) a b m -> m < a1.
Proof.
  intros sigmoid plus_pos minus_pos a_a1 a1_b defect m_local.
  destruct (Rlt_le_dec m a1) as [left | right]; [exact left | exfalso].
  enough (falling : slope sigma w_plus w_minus a a1 b m < 0).
  { pose proof (no_maximiser_where_falling _ _
      (fun t => C5_gain_derivative sigma w_plus w_minus a a1 b t sigmoid) a b m m_local falling).
    lra. }
  pose proof (proj1 m_local) as m_in.
  destruct (Rle_lt_or_eq_dec a1 m right) as [beyond | <-].
  - pose proof (L1_slope_right sigma w_plus w_minus a a1 b m sigmoid plus_pos minus_pos a_a1
      ltac:(lra)). lra.
  - rewrite (slope_at_truth sigma sigmoid). lra.
Qed.

(** T5, right: if w_plus sigma(A) > w_minus sigma(B), every local maximiser is right of the
    truth. *)
Theorem T5_right (sigma : R -> R) (w_plus w_minus a a1 b m : R) :
  odd_sigmoid sigma -> 0 < w_plus -> 0 < w_minus -> a < a1 -> a1 < b ->
  w_minus * sigma (b - a1) < w_plus * sigma (a1 - a) ->
  local_maximiser (gain sigma w_plus w_minus a a1 b) a b m -> a1 < m.
Proof.
  intros sigmoid plus_pos minus_pos a_a1 a1_b defect m_local.
  destruct (Rlt_le_dec a1 m) as [right | left]; [exact right | exfalso].
  enough (rising : 0 < slope sigma w_plus w_minus a a1 b m).
  { pose proof (no_maximiser_where_rising _ _
      (fun t => C5_gain_derivative sigma w_plus w_minus a a1 b t sigmoid) a b m m_local rising).
    lra. }
  pose proof (proj1 m_local) as m_in.
  destruct (Rle_lt_or_eq_dec m a1 left) as [before | ->].
  - pose proof (L1_slope_left sigma w_plus w_minus a a1 b m sigmoid plus_pos minus_pos a1_b
      ltac:(lra)). lra.
  - rewrite (slope_at_truth sigma sigmoid). lra.
Qed.

(** T5: a local maximiser is left of, at, or right of the truth exactly as w_plus sigma(A) is less
    than, equal to, or greater than w_minus sigma(B). *)
Theorem T5_side (sigma : R -> R) (w_plus w_minus a a1 b m : R) :
  odd_sigmoid sigma -> 0 < w_plus -> 0 < w_minus -> a < a1 -> a1 < b ->
  local_maximiser (gain sigma w_plus w_minus a a1 b) a b m ->
  (m < a1 <-> w_plus * sigma (a1 - a) < w_minus * sigma (b - a1)) /\
  (m = a1 <-> w_plus * sigma (a1 - a) = w_minus * sigma (b - a1)) /\
  (a1 < m <-> w_minus * sigma (b - a1) < w_plus * sigma (a1 - a)).
Proof.
  intros sigmoid plus_pos minus_pos a_a1 a1_b m_local.
  pose proof (fun defect => T5_left sigma w_plus w_minus a a1 b m
    sigmoid plus_pos minus_pos a_a1 a1_b defect m_local) as left.
  pose proof (fun defect => T5_right sigma w_plus w_minus a a1 b m
    sigmoid plus_pos minus_pos a_a1 a1_b defect m_local) as right.
  pose proof (fun balance => proj2 (T4_calibrated_weights sigma w_plus w_minus a a1 b
    sigmoid plus_pos minus_pos a_a1 a1_b balance) m m_local) as centre.
  destruct (Rtotal_order (w_plus * sigma (a1 - a)) (w_minus * sigma (b - a1)))
    as [less | [equal | more]].
  - specialize (left less). repeat split; intros; lra.
  - specialize (centre equal). repeat split; intros; lra.
  - specialize (right more). repeat split; intros; lra.
Qed.

(** T5 in terms of rho = w_plus / w_minus: the calibrated ratio sigma(B)/sigma(A) separates the
    two sides. *)
Corollary T5_side_by_ratio (sigma : R -> R) (w_plus w_minus a a1 b m : R) :
  odd_sigmoid sigma -> 0 < w_plus -> 0 < w_minus -> a < a1 -> a1 < b ->
  local_maximiser (gain sigma w_plus w_minus a a1 b) a b m ->
  (m < a1 <-> w_plus / w_minus < sigma (b - a1) / sigma (a1 - a)) /\
  (a1 < m <-> sigma (b - a1) / sigma (a1 - a) < w_plus / w_minus).
Proof.
  intros sigmoid plus_pos minus_pos a_a1 a1_b m_local.
  pose proof (sigmoid_positive sigma sigmoid (a1 - a) ltac:(lra)) as value_pos.
  destruct (T5_side sigma w_plus w_minus a a1 b m sigmoid plus_pos minus_pos a_a1 a1_b m_local)
    as [left [_ right]].
  rewrite left, right. set (p := sigma (a1 - a)) in *. set (n := sigma (b - a1)).
  assert (cross : 0 < w_minus * p) by (now apply Rmult_lt_0_compat).
  assert (rho : w_plus / w_minus * (w_minus * p) = w_plus * p) by (field; lra).
  assert (ratio : n / p * (w_minus * p) = w_minus * n) by (field; lra).
  split; split; intro order.
  - apply (Rmult_lt_reg_r (w_minus * p)); lra.
  - rewrite <- rho, <- ratio. now apply Rmult_lt_compat_r.
  - apply (Rmult_lt_reg_r (w_minus * p)); lra.
  - rewrite <- rho, <- ratio. now apply Rmult_lt_compat_r.
Qed.

(** The calibrated ratio lies strictly between 1 and the ratio of the lengths: for 0 < A < B,
    1 < sigma(B)/sigma(A) < B/A. *)
Theorem T6_ratio_between (sigma : R -> R) (A B : R) :
  odd_sigmoid sigma -> 0 < A -> A < B -> 1 < sigma B / sigma A < B / A.
Proof.
  intros sigmoid A_pos A_B.
  pose proof (sigmoid_positive sigma sigmoid A A_pos) as value_pos.
  pose proof (sigmoid_increasing _ sigmoid A B A_B) as order.
  pose proof (sigmoid_chord sigma sigmoid A B A_pos A_B) as chord.
  assert (inside : sigma B / sigma A * sigma A = sigma B) by (field; lra).
  split.
  - apply (Rmult_lt_reg_r (sigma A)); lra.
  - apply (Rmult_lt_reg_r (A * sigma A)); [now apply Rmult_lt_0_compat |].
    replace (sigma B / sigma A * (A * sigma A)) with (A * sigma B) by (field; lra).
    replace (B / A * (A * sigma A)) with (B * sigma A) by (field; lra). exact chord.
Qed.

(** * Inverse-frequency weights *)

(** Between the truth and the middle of the negative class the slope strictly decreases,
    whatever the weights. *)
Lemma slope_decreasing_right (sigma : R -> R) (w_plus w_minus a a1 b u v : R) :
  odd_sigmoid sigma -> 0 < w_plus -> 0 < w_minus -> a < a1 ->
  0 <= u -> u < v -> v <= (b - a1) / 2 ->
  slope sigma w_plus w_minus a a1 b (a1 + v) < slope sigma w_plus w_minus a a1 b (a1 + u).
Proof.
  intros sigmoid plus_pos minus_pos a_a1 u_nonneg u_v v_half. rewrite !slope_right_of_truth.
  pose proof (sigmoid_increments sigma sigmoid u v (a1 - a) u_nonneg u_v ltac:(lra)) as plus.
  pose proof (sigmoid_increments_le sigma sigmoid u (b - a1 - v) (v - u)
    u_nonneg ltac:(lra) ltac:(lra)) as minus.
  replace (b - a1 - v + (v - u)) with (b - a1 - u) in minus by ring.
  replace (u + (v - u)) with v in minus by ring.
  rewrite (Rplus_comm v), (Rplus_comm u) in plus.
  apply (Rmult_lt_compat_l w_plus) in plus; [| exact plus_pos].
  enough (w_minus * (sigma u + sigma (b - a1 - u)) <= w_minus * (sigma v + sigma (b - a1 - v)))
    by lra.
  apply Rmult_le_compat_l; lra.
Qed.

(** With w_plus A = w_minus B and A < B the slope at the truth is positive. *)
Lemma inverse_frequency_defect (sigma : R -> R) (w_plus w_minus A B : R) :
  odd_sigmoid sigma -> 0 < w_minus -> 0 < A -> A < B -> w_plus * A = w_minus * B ->
  w_minus * sigma B < w_plus * sigma A.
Proof.
  intros sigmoid minus_pos A_pos A_B inverse.
  pose proof (sigmoid_chord sigma sigmoid A B A_pos A_B) as chord.
  apply (Rmult_lt_compat_l w_minus) in chord; [| exact minus_pos].
  apply (Rmult_lt_reg_l A); [exact A_pos |].
  replace (A * (w_plus * sigma A)) with (w_plus * A * sigma A) by ring.
  rewrite inverse. lra.
Qed.

(** With w_plus A = w_minus B the slope is negative in the right half of the negative class. *)
Lemma inverse_frequency_falls (sigma : R -> R) (w_plus w_minus a a1 b theta : R) :
  odd_sigmoid sigma -> 0 < w_plus -> 0 < w_minus -> a < a1 -> a1 < b ->
  w_plus * (a1 - a) = w_minus * (b - a1) ->
  (a1 + b) / 2 <= theta <= b -> slope sigma w_plus w_minus a a1 b theta < 0.
Proof.
  intros sigmoid plus_pos minus_pos a_a1 a1_b inverse theta_in.
  replace theta with (a1 + (theta - a1)) by ring. rewrite slope_right_of_truth.
  set (y := theta - a1). set (A := a1 - a) in *. set (B := b - a1) in *.
  assert (y_in : B / 2 <= y <= B) by (unfold y, B; lra).
  assert (A_pos : 0 < A) by (unfold A; lra). assert (B_pos : 0 < B) by (unfold B; lra).
  pose proof (sigmoid_chord sigma sigmoid y (A + y) ltac:(lra) ltac:(lra)) as plus.
  assert (minus : (B - y) * sigma y <= y * sigma (B - y)).
  { destruct (Rle_lt_or_eq_dec 0 (B - y) ltac:(lra)) as [left | end_point].
    - destruct (Rle_lt_or_eq_dec (B - y) y ltac:(lra)) as [less | same].
      + left. now apply sigmoid_chord.
      + rewrite same. lra.
    - rewrite <- end_point, (sigmoid_zero sigma sigmoid). lra. }
  apply (Rmult_lt_compat_l w_plus) in plus; [| exact plus_pos].
  apply (Rmult_le_compat_l w_minus) in minus; [| lra].
  assert (same : w_plus * A * sigma y = w_minus * B * sigma y) by (now rewrite inverse).
  apply (Rmult_lt_reg_l y); lra.
Qed.

(** With w_plus A = w_minus B and A < B every local maximiser lies in the left half of the negative
    class. *)
Lemma inverse_frequency_inside (sigma : R -> R) (w_plus w_minus a a1 b m : R) :
  odd_sigmoid sigma -> 0 < w_plus -> 0 < w_minus -> a < a1 -> a1 - a < b - a1 ->
  w_plus * (a1 - a) = w_minus * (b - a1) ->
  local_maximiser (gain sigma w_plus w_minus a a1 b) a b m -> a1 < m < (a1 + b) / 2.
Proof.
  intros sigmoid plus_pos minus_pos a_a1 imbalance inverse m_local.
  pose proof (inverse_frequency_defect sigma w_plus w_minus (a1 - a) (b - a1) sigmoid minus_pos
    ltac:(lra) imbalance inverse) as defect.
  pose proof (T5_right sigma w_plus w_minus a a1 b m sigmoid plus_pos minus_pos a_a1
    ltac:(lra) defect m_local) as side.
  split; [exact side |].
  destruct (Rlt_le_dec m ((a1 + b) / 2)) as [left | right]; [exact left | exfalso].
  pose proof (proj1 m_local) as m_in.
  pose proof (inverse_frequency_falls sigma w_plus w_minus a a1 b m sigmoid plus_pos minus_pos
    a_a1 ltac:(lra) inverse ltac:(lra)) as falling.
  pose proof (no_maximiser_where_falling _ _
    (fun t => C5_gain_derivative sigma w_plus w_minus a a1 b t sigmoid) a b m m_local falling).
  lra.
Qed.

(** With w_plus A = w_minus B and A < B no local maximiser lies left of another. *)
Lemma inverse_frequency_ordered (sigma : R -> R) (w_plus w_minus a a1 b p q : R) :
  odd_sigmoid sigma -> 0 < w_plus -> 0 < w_minus -> a < a1 -> a1 - a < b - a1 ->
  w_plus * (a1 - a) = w_minus * (b - a1) ->
  local_maximiser (gain sigma w_plus w_minus a a1 b) a b p ->
  local_maximiser (gain sigma w_plus w_minus a a1 b) a b q -> ~ p < q.
Proof.
  intros sigmoid plus_pos minus_pos a_a1 imbalance inverse p_local q_local order.
  pose proof (inverse_frequency_inside sigma w_plus w_minus a a1 b p sigmoid plus_pos minus_pos
    a_a1 imbalance inverse p_local) as p_in.
  pose proof (inverse_frequency_inside sigma w_plus w_minus a a1 b q sigmoid plus_pos minus_pos
    a_a1 imbalance inverse q_local) as q_in.
  pose proof (slope_at_maximiser_right _ a b p _
    (C5_gain_derivative sigma w_plus w_minus a a1 b p sigmoid) p_local ltac:(lra)).
  pose proof (slope_at_maximiser_left _ a b q _
    (C5_gain_derivative sigma w_plus w_minus a a1 b q sigmoid) q_local ltac:(lra)).
  pose proof (slope_decreasing_right sigma w_plus w_minus a a1 b (p - a1) (q - a1) sigmoid
    plus_pos minus_pos a_a1 ltac:(lra) ltac:(lra) ltac:(lra)) as less.
  replace (a1 + (p - a1)) with p in less by ring.
  replace (a1 + (q - a1)) with q in less by ring. lra.
Qed.

(** T6: inverse-frequency weights, w_plus A = w_minus B, over-correct: for A < B the weighted gain
    has one local maximiser on [a, b], and it lies strictly between a1 and (a1 + b)/2. *)
Theorem T6_inverse_frequency (sigma : R -> R) (w_plus w_minus a a1 b : R) :
  odd_sigmoid sigma -> 0 < w_plus -> 0 < w_minus -> a < a1 -> a1 - a < b - a1 ->
  w_plus * (a1 - a) = w_minus * (b - a1) ->
  exists m, only_maximiser (gain sigma w_plus w_minus a a1 b) a b m /\ a1 < m < (a1 + b) / 2.
Proof.
  intros sigmoid plus_pos minus_pos a_a1 imbalance inverse.
  destruct (gain_maximiser_exists sigma sigmoid w_plus w_minus a a1 b ltac:(lra)) as [m m_best].
  pose proof (global_is_local _ _ _ _ m_best) as m_local.
  exists m. split; [split; [exact m_best |] |].
  - intros m' m'_local.
    pose proof (inverse_frequency_ordered sigma w_plus w_minus a a1 b m m' sigmoid plus_pos
      minus_pos a_a1 imbalance inverse m_local m'_local).
    pose proof (inverse_frequency_ordered sigma w_plus w_minus a a1 b m' m sigmoid plus_pos
      minus_pos a_a1 imbalance inverse m'_local m_local). lra.
  - now apply (inverse_frequency_inside sigma w_plus w_minus a a1 b m).
Qed.
