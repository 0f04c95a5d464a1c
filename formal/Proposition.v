(** The paper's proposition on one threshold, with unit weights (C6, C7, C8), and what sharpens it
    (T1, T2).  A = a1 - a is the length of the positive class and B = b - a1 that of the negative.

    C6: equal lengths put the only maximiser at the truth a1.
    C7: for A < B every local maximiser is left of a1, and right of a if 2 sigma(A) > sigma(b - a),
    which holds when B - A is small.  T1 says how near a1 it stays.
    C8: 3 sigma(A) <= sigma(B) makes the left end a the only maximiser; by T2,
    3 sigma(2 A / 3) <= sigma(A + B) is enough. *)
From Coq Require Import Reals Lra.
From Coquelicot Require Import Coquelicot.
From Lossbook Require Import Calculus Sigmoid Gain.
Open Scope R_scope.

Section UnitWeights.
Variable sigma : R -> R.
Hypothesis sigmoid : odd_sigmoid sigma.
Variables a a1 b : R.

(** Left of the truth, G'(a1 - z) = sigma(A - z) + 2 sigma(z) - sigma(B + z). *)
Lemma unit_slope_left (z : R) :
  slope sigma 1 1 a a1 b (a1 - z) = sigma (a1 - a - z) + 2 * sigma z - sigma (b - a1 + z).
Proof. rewrite (slope_left_of_truth sigma sigmoid). ring. Qed.

(** At the left end, G'(a) = 2 sigma(A) - sigma(b - a). *)
Lemma unit_slope_left_end : slope sigma 1 1 a a1 b a = 2 * sigma (a1 - a) - sigma (b - a).
Proof. rewrite (slope_at_left_end sigma sigmoid). ring. Qed.

(** Where the slope is positive there is no local maximiser, except at the right end. *)
Lemma unit_no_maximiser_where_rising (m : R) :
  local_maximiser (gain sigma 1 1 a a1 b) a b m -> 0 < slope sigma 1 1 a a1 b m -> m = b.
Proof.
  apply (no_maximiser_where_rising _ (slope sigma 1 1 a a1 b)).
  intro t. now apply C5_gain_derivative.
Qed.

(** Where the slope is negative there is no local maximiser, except at the left end. *)
Lemma unit_no_maximiser_where_falling (m : R) :
  local_maximiser (gain sigma 1 1 a a1 b) a b m -> slope sigma 1 1 a a1 b m < 0 -> m = a.
Proof.
  apply (no_maximiser_where_falling _ (slope sigma 1 1 a a1 b)).
  intro t. now apply C5_gain_derivative.
Qed.

(** A slope below 0 on (a, b] makes the left end the only maximiser. *)
Lemma unit_left_end_only :
  a <= b -> (forall theta, a < theta <= b -> slope sigma 1 1 a a1 b theta < 0) ->
  only_maximiser (gain sigma 1 1 a a1 b) a b a.
Proof.
  intros order falling. apply (only_maximiser_by_sign _ (slope sigma 1 1 a a1 b)).
  - intro t. now apply C5_gain_derivative.
  - lra.
  - intros x x_in. lra.
  - exact falling.
Qed.

End UnitWeights.

(** * Case 1: equal lengths *)

(** C6: if A = B, then the truth a1 is the only maximiser of the gain on [a, b]. *)
Theorem C6_equal_sizes (sigma : R -> R) (a a1 b : R) :
  odd_sigmoid sigma -> a < a1 -> b - a1 = a1 - a ->
  only_maximiser (gain sigma 1 1 a a1 b) a b a1.
Proof.
  intros sigmoid a_a1 equal. apply (only_maximiser_by_sign _ (slope sigma 1 1 a a1 b)).
  - intro t. now apply C5_gain_derivative.
  - lra.
  - intros t t_in.
    pose proof (L1_slope_left sigma 1 1 a a1 b t sigmoid Rlt_0_1 Rlt_0_1 ltac:(lra) t_in) as above.
    rewrite equal in above. lra.
  - intros t t_in.
    pose proof (L1_slope_right sigma 1 1 a a1 b t sigmoid Rlt_0_1 Rlt_0_1 a_a1 t_in) as below.
    rewrite equal in below. lra.
Qed.

(** * Case 2: imbalance *)

(** C7, right half: if A < B, then G' < 0 on [a1, b]. *)
Theorem C7_slope_negative (sigma : R -> R) (a a1 b theta : R) :
  odd_sigmoid sigma -> a < a1 -> a1 - a < b - a1 -> a1 <= theta <= b ->
  slope sigma 1 1 a a1 b theta < 0.
Proof.
  intros sigmoid a_a1 imbalance theta_in.
  pose proof (sigmoid_increasing _ sigmoid _ _ imbalance) as saturation.
  destruct (Rle_lt_or_eq_dec a1 theta ltac:(lra)) as [right | <-].
  - pose proof (L1_slope_right sigma 1 1 a a1 b theta sigmoid Rlt_0_1 Rlt_0_1 a_a1
      ltac:(lra)). lra.
  - rewrite (slope_at_truth sigma sigmoid). lra.
Qed.

(** C7, the side: if A < B, then every local maximiser lies in [a, a1). *)
Theorem C7_left_of_truth (sigma : R -> R) (a a1 b m : R) :
  odd_sigmoid sigma -> a < a1 -> a1 - a < b - a1 ->
  local_maximiser (gain sigma 1 1 a a1 b) a b m -> a <= m < a1.
Proof.
  intros sigmoid a_a1 imbalance m_local. pose proof (proj1 m_local) as m_in.
  split; [lra |]. destruct (Rlt_le_dec m a1) as [left | right]; [exact left | exfalso].
  pose proof (unit_no_maximiser_where_falling sigma sigmoid a a1 b m m_local
    (C7_slope_negative sigma a a1 b m sigmoid a_a1 imbalance ltac:(lra))). lra.
Qed.

(** C7: if A < B and 2 sigma(A) > sigma(b - a), then G'(a) > 0 and every local maximiser lies
    strictly between a and a1. *)
Theorem C7_maximisers_inside (sigma : R -> R) (a a1 b : R) :
  odd_sigmoid sigma -> a < a1 -> a1 - a < b - a1 -> sigma (b - a) < 2 * sigma (a1 - a) ->
  0 < slope sigma 1 1 a a1 b a /\
  forall m, local_maximiser (gain sigma 1 1 a a1 b) a b m -> a < m < a1.
Proof.
  intros sigmoid a_a1 imbalance small.
  assert (rising : 0 < slope sigma 1 1 a a1 b a)
    by (rewrite (unit_slope_left_end sigma sigmoid); lra).
  split; [exact rising |]. intros m m_local.
  pose proof (C7_left_of_truth sigma a a1 b m sigmoid a_a1 imbalance m_local) as side.
  destruct (Rle_lt_or_eq_dec a m ltac:(lra)) as [right | <-]; [lra |].
  pose proof (unit_no_maximiser_where_rising sigma sigmoid a a1 b a m_local rising). lra.
Qed.

(** C7, "small enough": to every A > 0 belongs an eta > 0 such that A < B < A + eta gives
    2 sigma(A) > sigma(A + B). *)
Theorem C7_small_enough (sigma : R -> R) (A : R) :
  odd_sigmoid sigma -> 0 < A ->
  exists eta, 0 < eta /\ forall B, A < B -> B < A + eta -> sigma (A + B) < 2 * sigma A.
Proof.
  intros sigmoid A_pos.
  destruct (sigmoid_double_room sigma sigmoid A A_pos) as [eta [eta_pos room]].
  exists eta. split; [exact eta_pos |]. intros B A_B B_near.
  replace (A + B) with (2 * A + (B - A)) by ring. apply room; lra.
Qed.

(** C7 in the paper's words: if a1 lies left of the middle of [a, b] by little enough, then a
    global maximiser exists and every maximiser, even a local one, lies in (a, a1). *)
Theorem C7_slight_imbalance (sigma : R -> R) (A : R) :
  odd_sigmoid sigma -> 0 < A ->
  exists eta, 0 < eta /\ forall a a1 b, a1 - a = A -> 0 < (a + b) / 2 - a1 < eta ->
    (exists m, global_maximiser (gain sigma 1 1 a a1 b) a b m) /\
    (forall m, local_maximiser (gain sigma 1 1 a a1 b) a b m -> a < m < a1).
Proof.
  intros sigmoid A_pos. destruct (C7_small_enough sigma A sigmoid A_pos) as [eta [eta_pos room]].
  exists (eta / 2). split; [lra |]. intros a a1 b A_is imbalance. split.
  - apply gain_maximiser_exists; [exact sigmoid | lra].
  - apply C7_maximisers_inside; [exact sigmoid | lra | lra |].
    replace (b - a) with (A + (b - a1)) by lra. rewrite A_is. apply room; lra.
Qed.

(** * How near the truth (T1) *)

(** If sigma(2 c + d) < 2 sigma(c) for some c > 0, then the same holds for every z >= c. *)
Lemma double_room_kept (sigma : R -> R) (c d z : R) :
  odd_sigmoid sigma -> 0 < c -> 0 <= d -> c <= z -> sigma (2 * c + d) < 2 * sigma c ->
  sigma (2 * z + d) < 2 * sigma z.
Proof.
  intros sigmoid c_pos d_nonneg c_z room.
  pose proof (sigmoid_increments_le sigma sigmoid c (2 * c + d) (z - c)
    ltac:(lra) ltac:(lra) ltac:(lra)) as first.
  pose proof (sigmoid_increments_le sigma sigmoid c (c + d + z) (z - c)
    ltac:(lra) ltac:(lra) ltac:(lra)) as second.
  replace (2 * c + d + (z - c)) with (c + d + z) in first by ring.
  replace (c + d + z + (z - c)) with (2 * z + d) in second by ring.
  replace (c + (z - c)) with z in first, second by ring. lra.
Qed.

(** If c > 0 and sigma(2 c + B - A) < 2 sigma(c), then G' > 0 on [a, a1 - c]. *)
Lemma T1_slope_positive (sigma : R -> R) (a a1 b c theta : R) :
  odd_sigmoid sigma -> a1 < b -> 0 < c ->
  sigma (2 * c + (b - a1 - (a1 - a))) < 2 * sigma c ->
  a <= theta <= a1 - c -> 0 < slope sigma 1 1 a a1 b theta.
Proof.
  intros sigmoid a1_b c_pos room theta_in.
  set (d := b - a1 - (a1 - a)) in *.
  destruct (Rlt_le_dec d 0) as [d_neg | d_nonneg].
  - pose proof (L1_slope_left sigma 1 1 a a1 b theta sigmoid Rlt_0_1 Rlt_0_1 a1_b ltac:(lra)).
    pose proof (sigmoid_increasing _ sigmoid (b - a1) (a1 - a) ltac:(unfold d in *; lra)). lra.
  - replace theta with (a1 - (a1 - theta)) by ring. rewrite (unit_slope_left sigma sigmoid).
    set (z := a1 - theta). assert (z_in : c <= z) by (unfold z; lra).
    pose proof (double_room_kept sigma c d z sigmoid c_pos d_nonneg z_in room) as room_at_z.
    pose proof (sigmoid_subadditive sigma sigmoid (a1 - a - z) (2 * z + d)
      ltac:(unfold z; lra) ltac:(lra)) as split_up.
    replace (a1 - a - z + (2 * z + d)) with (b - a1 + z) in split_up by (unfold d; ring). lra.
Qed.

(** T1: each c > 0 with sigma(2 c + B - A) < 2 sigma(c) keeps every local maximiser above a1 - c,
    for all lengths A and B. *)
Theorem T1_nearby (sigma : R -> R) (a a1 b c m : R) :
  odd_sigmoid sigma -> a1 < b -> 0 < c ->
  sigma (2 * c + (b - a1 - (a1 - a))) < 2 * sigma c ->
  local_maximiser (gain sigma 1 1 a a1 b) a b m -> a1 - c < m.
Proof.
  intros sigmoid a1_b c_pos room m_local. pose proof (proj1 m_local) as m_in.
  destruct (Rlt_le_dec (a1 - c) m) as [near | far]; [exact near | exfalso].
  pose proof (unit_no_maximiser_where_rising sigma sigmoid a a1 b m m_local
    (T1_slope_positive sigma a a1 b c m sigmoid a1_b c_pos room ltac:(lra))). lra.
Qed.

(** T1, uniform bound: whatever the imbalance, a local maximiser is less than
    c = sigma^(-1)(1/2) below the truth. *)
Theorem T1_uniform_bound (sigma : R -> R) (a a1 b c m : R) :
  odd_sigmoid sigma -> a1 < b -> 1 / 2 <= sigma c ->
  local_maximiser (gain sigma 1 1 a a1 b) a b m -> a1 - c < m.
Proof.
  intros sigmoid a1_b half. apply T1_nearby; [exact sigmoid | exact a1_b | |].
  - apply (sigmoid_positive_inv sigma sigmoid). lra.
  - pose proof (sigmoid_below_one sigma sigmoid (2 * c + (b - a1 - (a1 - a)))). lra.
Qed.

(** T1, a long positive class: if sigma(A) >= 1/2, then the left end a is not even a local
    maximiser, whatever B. *)
Theorem T1_left_end_never (sigma : R -> R) (a a1 b : R) :
  odd_sigmoid sigma -> a1 < b -> 1 / 2 <= sigma (a1 - a) ->
  ~ local_maximiser (gain sigma 1 1 a a1 b) a b a.
Proof.
  intros sigmoid a1_b half a_local.
  pose proof (T1_uniform_bound sigma a a1 b (a1 - a) a sigmoid a1_b half a_local). lra.
Qed.

(** T1, "nearby" with eps and eta: to every eps > 0 belongs an eta > 0, depending on sigma alone,
    such that 0 < B - A < eta puts every local maximiser into (a1 - eps, a1). *)
Theorem T1_arbitrarily_near (sigma : R -> R) (eps : R) :
  odd_sigmoid sigma -> 0 < eps ->
  exists eta, 0 < eta /\ forall a a1 b m, a < a1 -> 0 < b - a1 - (a1 - a) < eta ->
    local_maximiser (gain sigma 1 1 a a1 b) a b m -> a1 - eps < m < a1.
Proof.
  intros sigmoid eps_pos.
  destruct (sigmoid_double_room sigma sigmoid eps eps_pos) as [eta [eta_pos room]].
  exists eta. split; [exact eta_pos |]. intros a a1 b m a_a1 imbalance m_local. split.
  - apply (T1_nearby sigma a a1 b eps m sigmoid ltac:(lra) eps_pos); [| exact m_local].
    apply room; lra.
  - apply (C7_left_of_truth sigma a a1 b m sigmoid a_a1 ltac:(lra) m_local).
Qed.

(** * Case 3: too much imbalance *)

(** Three steps of length h gain less from w on than three times one step from p < w on. *)
Lemma three_steps (sigma : R -> R) (p w h : R) :
  odd_sigmoid sigma -> 0 <= p -> p < w -> 0 < h ->
  sigma (w + 3 * h) - sigma w < 3 * (sigma (p + h) - sigma p).
Proof.
  intros sigmoid p_nonneg p_w h_pos.
  pose proof (sigmoid_increments sigma sigmoid p w h p_nonneg p_w h_pos) as first.
  pose proof (sigmoid_increments sigma sigmoid p (w + h) h p_nonneg ltac:(lra) h_pos) as second.
  pose proof (sigmoid_increments sigma sigmoid p (w + h + h) h p_nonneg ltac:(lra) h_pos) as third.
  replace (w + h + h + h) with (w + 3 * h) in third by ring. lra.
Qed.

(** The condition of T2 implies A < B. *)
Lemma T2_implies_imbalance (sigma : R -> R) (A B : R) :
  odd_sigmoid sigma -> 0 < A -> 3 * sigma (2 / 3 * A) <= sigma (A + B) -> A < B.
Proof.
  intros sigmoid A_pos steep. set (u := 2 / 3 * A) in *. assert (u_pos : 0 < u) by (unfold u; lra).
  pose proof (L1_subadditivity sigma sigmoid u u u_pos u_pos) as two.
  pose proof (L1_subadditivity sigma sigmoid (u + u) u ltac:(lra) u_pos) as three.
  assert (order : u + u + u < A + B) by (apply (sigmoid_reflects_lt sigma sigmoid); lra).
  unfold u in order. lra.
Qed.

(** T2, left half: if 3 sigma(2 A / 3) <= sigma(b - a), then G' < 0 on (a, a1). *)
Lemma T2_slope_left (sigma : R -> R) (a a1 b theta : R) :
  odd_sigmoid sigma -> a1 - a < b - a1 -> 3 * sigma (2 / 3 * (a1 - a)) <= sigma (b - a) ->
  a < theta < a1 -> slope sigma 1 1 a a1 b theta < 0.
Proof.
  intros sigmoid imbalance steep theta_in.
  replace theta with (a1 - (a1 - theta)) by ring. rewrite (unit_slope_left sigma sigmoid).
  set (z := a1 - theta). set (k := theta - a).
  replace (a1 - a - z) with k by (unfold k, z; ring).
  pose proof (sigmoid_jensen_thirds sigma sigmoid k z
    ltac:(unfold k; lra) ltac:(unfold z; lra)) as jensen.
  pose proof (three_steps sigma ((k + 2 * z) / 3) (b - a1 + z) (k / 3) sigmoid
    ltac:(unfold k, z; lra) ltac:(unfold k, z; lra) ltac:(unfold k; lra)) as steps.
  replace (b - a1 + z + 3 * (k / 3)) with (b - a) in steps by (unfold k, z; field).
  replace ((k + 2 * z) / 3 + k / 3) with (2 / 3 * (a1 - a)) in steps by (unfold k, z; field).
  lra.
Qed.

(** T2: if 3 sigma(2 A / 3) <= sigma(b - a), then G' < 0 on (a, b] and the left end a is the only
    maximiser on [a, b]. *)
Theorem T2_sharper_case_3 (sigma : R -> R) (a a1 b : R) :
  odd_sigmoid sigma -> a < a1 -> 3 * sigma (2 / 3 * (a1 - a)) <= sigma (b - a) ->
  (forall theta, a < theta <= b -> slope sigma 1 1 a a1 b theta < 0) /\
  only_maximiser (gain sigma 1 1 a a1 b) a b a.
Proof.
  intros sigmoid a_a1 steep.
  assert (imbalance : a1 - a < b - a1).
  { apply (T2_implies_imbalance sigma _ _ sigmoid); [lra |].
    now replace (a1 - a + (b - a1)) with (b - a) by ring. }
  assert (falling : forall theta, a < theta <= b -> slope sigma 1 1 a a1 b theta < 0).
  { intros theta theta_in. destruct (Rlt_le_dec theta a1) as [left | right].
    - apply T2_slope_left; auto; lra.
    - apply C7_slope_negative; auto; lra. }
  split; [exact falling |]. apply (unit_left_end_only sigma sigmoid); [lra | exact falling].
Qed.

(** C8: if 3 sigma(A) <= sigma(B), then G' < 0 on (a, b] and the left end a is the only maximiser
    on [a, b]. *)
Theorem C8_too_imbalanced (sigma : R -> R) (a a1 b : R) :
  odd_sigmoid sigma -> a < a1 -> 3 * sigma (a1 - a) <= sigma (b - a1) ->
  (forall theta, a < theta <= b -> slope sigma 1 1 a a1 b theta < 0) /\
  only_maximiser (gain sigma 1 1 a a1 b) a b a.
Proof.
  intros sigmoid a_a1 steep. apply T2_sharper_case_3; [exact sigmoid | exact a_a1 |].
  pose proof (sigmoid_monotone sigma sigmoid (2 / 3 * (a1 - a)) (a1 - a) ltac:(lra)).
  pose proof (sigmoid_monotone sigma sigmoid (b - a1) (b - a) ltac:(lra)). lra.
Qed.

(** C8 as the paper states it: if 3 sigma(A) < sigma(B), then G' < 0 on (a, b) and the maximum of
    the gain on [a, b] is at a. *)
Corollary C8_as_printed (sigma : R -> R) (a a1 b : R) :
  odd_sigmoid sigma -> a < a1 -> 3 * sigma (a1 - a) < sigma (b - a1) ->
  (forall theta, a < theta < b -> slope sigma 1 1 a a1 b theta < 0) /\
  global_maximiser (gain sigma 1 1 a a1 b) a b a.
Proof.
  intros sigmoid a_a1 steep.
  destruct (C8_too_imbalanced sigma a a1 b sigmoid a_a1 ltac:(lra)) as [falling [best _]].
  split; [| exact best]. intros theta theta_in. apply falling. lra.
Qed.
