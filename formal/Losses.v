(** What equal drops say about single losses: class weights, small margins, the linear loss.

    T10: one convex margin loss needs the weights w_plus F(A) = w_minus F(B), whose ratio is at
    least 1 and less than B/A, so that inverse-frequency weights over-correct.  T9: without weights,
    a strictly decreasing loss has the truth as a critical point only if A = B.  T11: a loss that
    stops falling early enough, like a hinge with a small margin, needs no weights at all.  The
    linear loss gives the gain back: C3, and C6, T4 and T5 once more. *)
From Coq Require Import Reals Lra.
From Coquelicot Require Import Coquelicot.
From Lossbook Require Import Calculus Sigmoid Gain EqualDrops.
Open Scope R_scope.

(** * Class weights for one loss *)

(** The drop of a weighted loss is the weighted drop. *)
Lemma drop_weighted (sigma phi : R -> R) (w u : R) :
  drop sigma (fun m => w * phi m) u = w * drop sigma phi u.
Proof. unfold drop. ring. Qed.

(** A positive weight keeps the convexity and the decrease of a margin loss. *)
Lemma margin_loss_weighted (phi : R -> R) (w : R) :
  0 < w -> margin_loss phi -> margin_loss (fun m => w * phi m).
Proof.
  intros w_pos is_loss. split.
  - intros x m y x_in x_m m_y y_in.
    pose proof (loss_convex _ is_loss x m y x_in x_m m_y y_in) as below.
    apply (Rmult_le_compat_l w) in below; lra.
  - intros x y x_in x_y y_in. apply Rmult_le_compat_l; [lra |].
    now apply (loss_nonincreasing _ is_loss).
Qed.

(** A positive weight does not change whether a loss tells right from wrong. *)
Lemma tells_weighted (phi : R -> R) (w : R) :
  0 < w -> tells_right_from_wrong phi -> tells_right_from_wrong (fun m => w * phi m).
Proof. intros w_pos tells m m_in. apply Rmult_lt_compat_l; auto. Qed.

(** T10: with one convex margin loss and class weights, the truth is the only minimiser exactly
    for the calibrated weights, w_plus F(A) = w_minus F(B), at every imbalance. *)
Theorem T10_calibrated_weights (sigma phi : R -> R) (w_plus w_minus a a1 b : R) :
  odd_sigmoid sigma -> margin_loss phi -> tells_right_from_wrong phi ->
  0 < w_plus -> 0 < w_minus -> a < a1 -> a1 < b ->
  only_minimiser (risk sigma (fun m => w_plus * phi m) (fun m => w_minus * phi m) a a1 b) a b a1
  <-> w_plus * drop sigma phi (a1 - a) = w_minus * drop sigma phi (b - a1).
Proof.
  intros sigmoid is_loss tells plus_pos minus_pos a_a1 a1_b. rewrite <- !drop_weighted.
  apply M_equal_drops; auto using margin_loss_weighted, tells_weighted.
Qed.

(** T10 as a ratio: the calibrated weights are those with
    w_plus / w_minus = (H(0) - H(B)) / (H(0) - H(A)), where H(u) = phi(sigma(u)). *)
Corollary T10_calibrated_ratio (sigma phi : R -> R) (w_plus w_minus a a1 b : R) :
  odd_sigmoid sigma -> margin_loss phi -> rewards_right phi ->
  0 < w_plus -> 0 < w_minus -> a < a1 -> a1 < b ->
  only_minimiser (risk sigma (fun m => w_plus * phi m) (fun m => w_minus * phi m) a a1 b) a b a1
  <-> w_plus / w_minus = (phi (sigma 0) - phi (sigma (b - a1)))
                         / (phi (sigma 0) - phi (sigma (a1 - a))).
Proof.
  intros sigmoid is_loss rewards plus_pos minus_pos a_a1 a1_b.
  rewrite (T10_calibrated_weights sigma phi w_plus w_minus a a1 b) by auto using reward_tells.
  pose proof (drop_positive phi (loss_on_right phi is_loss) sigma sigmoid (a1 - a) rewards
    ltac:(lra)) as plus_drop.
  rewrite (sigmoid_zero sigma sigmoid). unfold drop in *.
  set (p := phi 0 - phi (sigma (a1 - a))) in *. set (n := phi 0 - phi (sigma (b - a1))).
  split; intro equal.
  - replace w_plus with (w_minus * n / p) by (rewrite <- equal; field; lra). field. lra.
  - replace w_plus with (w_plus / w_minus * w_minus) by (field; lra).
    rewrite equal. field. lra.
Qed.

(** T10 without convexity: for every loss continuous on (-1, 1) the truth is a critical point of
    the weighted risk exactly for the calibrated weights. *)
Theorem T10_critical (sigma phi : R -> R) (w_plus w_minus a a1 b : R) :
  odd_sigmoid sigma -> (forall m : R, - 1 < m < 1 -> continuous phi m) ->
  is_derive (risk sigma (fun m => w_plus * phi m) (fun m => w_minus * phi m) a a1 b) a1 0
  <-> w_plus * drop sigma phi (a1 - a) = w_minus * drop sigma phi (b - a1).
Proof.
  intros sigmoid phi_continuous.
  pose proof (M_risk_derivative sigma (fun m => w_plus * phi m) (fun m => w_minus * phi m) a a1 b
    a1 sigmoid (fun m m_in => continuous_scal_r w_plus phi m (phi_continuous m m_in))
    (fun m m_in => continuous_scal_r w_minus phi m (phi_continuous m m_in))) as derivative.
  rewrite drop_slope_at_truth, !drop_weighted in derivative
    by (unfold drop; rewrite (sigmoid_zero sigma sigmoid); ring).
  split.
  - intro critical. apply is_derive_unique in critical. apply is_derive_unique in derivative. lra.
  - intro equal. now replace 0 with (w_minus * drop sigma phi (b - a1)
      - w_plus * drop sigma phi (a1 - a)) by lra.
Qed.

(** M, the right ratio: for every convex margin loss that rewards right answers and 0 < A < B, the
    ratio F(B)/F(A) of the calibrated weights is at least 1 and less than B/A, the ratio of inverse
    frequencies. *)
Theorem M_inverse_frequency (sigma phi : R -> R) (A B : R) :
  odd_sigmoid sigma -> margin_loss phi -> rewards_right phi -> 0 < A -> A < B ->
  1 <= drop sigma phi B / drop sigma phi A < B / A.
Proof.
  intros sigmoid is_loss rewards A_pos A_B.
  pose proof (loss_on_right phi is_loss) as on_right.
  pose proof (drop_positive phi on_right sigma sigmoid A rewards A_pos) as drop_pos.
  pose proof (drop_monotone phi on_right sigma sigmoid A B ltac:(lra) ltac:(lra)) as order.
  pose proof (drop_chord _ A B (drop_of_loss phi is_loss sigma sigmoid)
    (drop_of_loss_bent phi is_loss sigma sigmoid rewards) A_pos A_B) as chord.
  set (p := drop sigma phi A) in *. set (n := drop sigma phi B) in *. split.
  - apply (Rmult_le_reg_r p); [exact drop_pos |].
    replace (n / p * p) with n by (field; lra). lra.
  - apply (Rmult_lt_reg_r (A * p)); [now apply Rmult_lt_0_compat |].
    replace (n / p * (A * p)) with (A * n) by (field; lra).
    replace (B / A * (A * p)) with (B * p) by (field; lra). exact chord.
Qed.

(** M, over-correction: for every convex margin loss that rewards right answers and A < B,
    inverse-frequency weights, w_plus A = w_minus B, put every local minimiser right of the
    truth. *)
Theorem M_inverse_frequency_overcorrects (sigma phi : R -> R) (w_plus w_minus a a1 b m : R) :
  odd_sigmoid sigma -> margin_loss phi -> rewards_right phi ->
  0 < w_plus -> 0 < w_minus -> a < a1 -> a1 - a < b - a1 ->
  w_plus * (a1 - a) = w_minus * (b - a1) ->
  local_minimiser (risk sigma (fun m => w_plus * phi m) (fun m => w_minus * phi m) a a1 b) a b m ->
  a1 < m.
Proof.
  intros sigmoid is_loss rewards plus_pos minus_pos a_a1 imbalance inverse m_local.
  apply (M_shrunk_side _ _ _ a a1 b m) in m_local; auto using margin_loss_weighted; [| lra].
  apply m_local. rewrite !drop_weighted.
  pose proof (drop_chord _ (a1 - a) (b - a1) (drop_of_loss phi is_loss sigma sigmoid)
    (drop_of_loss_bent phi is_loss sigma sigmoid rewards) ltac:(lra) imbalance) as chord.
  apply (Rmult_lt_compat_l w_minus) in chord; [| exact minus_pos].
  apply (Rmult_lt_reg_l (a1 - a)); [lra |].
  rewrite <- (Rmult_assoc _ w_plus), (Rmult_comm _ w_plus), inverse. lra.
Qed.

(** * One loss for both classes *)

(** T9: for any margin loss continuous on (-1, 1) and H(u) = phi(sigma(u)), the risk has the
    derivative H(theta - a) - H(theta - a1) - H(b - theta) + H(a1 - theta). *)
Theorem T9_risk_derivative (sigma phi : R -> R) (a a1 b theta : R) :
  odd_sigmoid sigma -> (forall m : R, - 1 < m < 1 -> continuous phi m) ->
  is_derive (risk sigma phi phi a a1 b) theta
    (phi (sigma (theta - a)) - phi (sigma (theta - a1))
     - phi (sigma (b - theta)) + phi (sigma (a1 - theta))).
Proof.
  intros sigmoid phi_continuous.
  replace (phi (sigma (theta - a)) - phi (sigma (theta - a1))
           - phi (sigma (b - theta)) + phi (sigma (a1 - theta)))
    with (drop_slope (drop sigma phi) (drop sigma phi) a a1 b theta)
    by (unfold drop_slope, drop; ring).
  now apply M_risk_derivative.
Qed.

(** T9: if the loss is continuous on (-1, 1) and strictly decreasing from margin 0 on, then the
    truth is a critical point of the unweighted risk exactly when A = B. *)
Theorem T9_critical_iff_equal (sigma phi : R -> R) (a a1 b : R) :
  odd_sigmoid sigma -> (forall m : R, - 1 < m < 1 -> continuous phi m) ->
  (forall x y, 0 <= x -> x < y -> y < 1 -> phi y < phi x) -> a < a1 -> a1 < b ->
  is_derive (risk sigma phi phi a a1 b) a1 0 <-> b - a1 = a1 - a.
Proof.
  intros sigmoid phi_continuous decreasing a_a1 a1_b.
  pose proof (T9_risk_derivative sigma phi a a1 b a1 sigmoid phi_continuous) as derivative.
  replace (phi (sigma (a1 - a)) - phi (sigma (a1 - a1)) - phi (sigma (b - a1))
           + phi (sigma (a1 - a1)))
    with (phi (sigma (a1 - a)) - phi (sigma (b - a1))) in derivative by ring.
  assert (strict : forall u v, 0 < u -> u < v -> phi (sigma v) < phi (sigma u)).
  { intros u v u_pos u_v. apply decreasing.
    - now apply sigmoid_nonneg, Rlt_le.
    - now apply sigmoid_increasing.
    - now apply sigmoid_below_one. }
  split.
  - intro critical. apply is_derive_unique in critical. apply is_derive_unique in derivative.
    destruct (Rtotal_order (b - a1) (a1 - a)) as [less | [equal | more]]; [| exact equal |].
    + pose proof (strict (b - a1) (a1 - a) ltac:(lra) less). lra.
    + pose proof (strict (a1 - a) (b - a1) ltac:(lra) more). lra.
  - intro equal. rewrite equal in derivative.
    now replace 0 with (phi (sigma (a1 - a)) - phi (sigma (a1 - a))) by ring.
Qed.

(** M without weights: for A < B, a convex margin loss that tells right from wrong lets no local
    minimiser of the risk lie in the larger class. *)
Theorem M_unweighted (sigma phi : R -> R) (a a1 b m : R) :
  odd_sigmoid sigma -> margin_loss phi -> tells_right_from_wrong phi ->
  a < a1 -> a1 - a < b - a1 ->
  local_minimiser (risk sigma phi phi a a1 b) a b m -> m <= a1.
Proof.
  intros sigmoid is_loss tells a_a1 imbalance m_local.
  apply (M_side _ _ _ a a1 b m) in m_local; auto; [| lra].
  destruct m_local as [_ [_ right]].
  pose proof (drop_monotone phi (loss_on_right phi is_loss) sigma sigmoid (a1 - a) (b - a1)
    ltac:(lra) ltac:(lra)).
  destruct (Rle_lt_dec m a1) as [done | wrong]; [exact done |]. apply right in wrong. lra.
Qed.

(** M without weights, strict: if the loss is strictly decreasing from margin 0 on, then for A < B
    every local minimiser of the risk is left of the truth, inside the smaller class. *)
Theorem M_unweighted_shrunk (sigma phi : R -> R) (a a1 b m : R) :
  odd_sigmoid sigma -> margin_loss phi ->
  (forall x y, 0 <= x -> x < y -> y < 1 -> phi y < phi x) ->
  a < a1 -> a1 - a < b - a1 ->
  local_minimiser (risk sigma phi phi a a1 b) a b m -> m < a1.
Proof.
  intros sigmoid is_loss decreasing a_a1 imbalance m_local.
  apply (M_shrunk_side _ _ _ a a1 b m) in m_local; auto; [| lra].
  apply m_local. unfold drop. apply Rplus_lt_compat_l, Ropp_lt_contravar, decreasing.
  - apply (sigmoid_nonneg sigma sigmoid). lra.
  - now apply sigmoid_increasing.
  - now apply sigmoid_below_one.
Qed.

(** M without weights, equal lengths: for A = B every convex margin loss that tells right from
    wrong has the truth as its only minimiser. *)
Theorem M_unweighted_equal_sizes (sigma phi : R -> R) (a a1 b : R) :
  odd_sigmoid sigma -> margin_loss phi -> tells_right_from_wrong phi ->
  a < a1 -> b - a1 = a1 - a ->
  only_minimiser (risk sigma phi phi a a1 b) a b a1.
Proof.
  intros sigmoid is_loss tells a_a1 equal. apply M_equal_drops; auto; [lra |]. now rewrite equal.
Qed.

(** * Losses that stop falling *)

(** M for a saturated loss: if a convex margin loss that tells right from wrong is constant from the
    margin sigma(min(A, B)) on, then the truth is the only minimiser without any weights. *)
Theorem M_saturated (sigma phi : R -> R) (a a1 b : R) :
  odd_sigmoid sigma -> margin_loss phi -> tells_right_from_wrong phi -> a < a1 -> a1 < b ->
  (forall m, sigma (Rmin (a1 - a) (b - a1)) <= m -> m < 1 ->
     phi m = phi (sigma (Rmin (a1 - a) (b - a1)))) ->
  only_minimiser (risk sigma phi phi a a1 b) a b a1.
Proof.
  intros sigmoid is_loss tells a_a1 a1_b constant. apply M_equal_drops; auto. unfold drop.
  rewrite (constant (sigma (a1 - a))), (constant (sigma (b - a1))); [reflexivity | | | |].
  - apply (sigmoid_monotone sigma sigmoid), Rmin_r.
  - now apply sigmoid_below_one.
  - apply (sigmoid_monotone sigma sigmoid), Rmin_l.
  - now apply sigmoid_below_one.
Qed.

(** The hinge with margin m0: max(0, m0 - m). *)
Definition hinge (m0 m : R) : R := Rmax 0 (m0 - m).

(** Every hinge is a convex margin loss. *)
Lemma hinge_is_margin_loss (m0 : R) : margin_loss (hinge m0).
Proof.
  unfold hinge. split.
  - intros x m y _ x_m m_y _.
    pose proof (Rmax_l 0 (m0 - x)) as x_zero. pose proof (Rmax_r 0 (m0 - x)) as x_line.
    pose proof (Rmax_l 0 (m0 - y)) as y_zero. pose proof (Rmax_r 0 (m0 - y)) as y_line.
    apply Rmax_case.
    + rewrite Rmult_0_r. apply Rplus_le_le_0_compat; apply Rmult_le_pos; lra.
    + apply (Rmult_le_compat_l (y - m)) in x_line; [| lra].
      apply (Rmult_le_compat_l (m - x)) in y_line; lra.
  - intros x y _ x_y _. apply Rle_max_compat_l. lra.
Qed.

(** A hinge with a margin m0 >= 0 tells right from wrong. *)
Lemma hinge_tells (m0 : R) : 0 <= m0 -> tells_right_from_wrong (hinge m0).
Proof.
  intros m0_nonneg m m_in. unfold hinge.
  rewrite (Rmax_right 0 (m0 - - m)) by lra. apply Rmax_lub_lt; lra.
Qed.

(** T11: the hinge with a small margin, 0 <= m0 <= sigma(min(A, B)), has the truth as its only
    minimiser, whatever the imbalance and without weights. *)
Theorem T11_small_margin (sigma : R -> R) (m0 a a1 b : R) :
  odd_sigmoid sigma -> a < a1 -> a1 < b -> 0 <= m0 <= sigma (Rmin (a1 - a) (b - a1)) ->
  only_minimiser (risk sigma (hinge m0) (hinge m0) a a1 b) a b a1.
Proof.
  intros sigmoid a_a1 a1_b m0_in. apply M_saturated; auto.
  - apply hinge_is_margin_loss.
  - apply hinge_tells. lra.
  - intros m m_large _. unfold hinge. rewrite !Rmax_left; lra.
Qed.

(** * The linear loss *)

(** C3: the linear loss 1 - sigma(u) of a point lies strictly between 0 and 2, and below 1 exactly
    where the score sigma(u) has the right sign. *)
Theorem C3_loss_range (sigma : R -> R) (u : R) :
  odd_sigmoid sigma -> 0 < 1 - sigma u < 2 /\ (1 - sigma u < 1 <-> 0 < u).
Proof.
  intro sigmoid. pose proof (sigmoid_below_one sigma sigmoid u).
  pose proof (sigmoid_above_minus_one sigma sigmoid u). split; [lra |]. split; intro order.
  - apply (sigmoid_positive_inv sigma sigmoid). lra.
  - pose proof (sigmoid_positive sigma sigmoid u order). lra.
Qed.

(** The linear loss is a convex margin loss, under every positive weight. *)
Lemma linear_is_margin_loss (w : R) : 0 < w -> margin_loss (fun m => w * (1 - m)).
Proof. intro w_pos. apply (margin_loss_weighted (fun m => 1 - m) w w_pos). split; intros; lra. Qed.

(** The linear loss tells right from wrong, under every positive weight. *)
Lemma linear_tells (w : R) : 0 < w -> tells_right_from_wrong (fun m => w * (1 - m)).
Proof. intro w_pos. apply (tells_weighted (fun m => 1 - m) w w_pos). intros m m_in. lra. Qed.

(** The weighted linear loss drops by w sigma(u). *)
Lemma drop_linear (sigma : R -> R) (w u : R) : drop sigma (fun m => w * (1 - m)) u = w * sigma u.
Proof. unfold drop. ring. Qed.

(** The integral of w (1 + c sigma(theta - x)) over [p, q]. *)
Lemma affine_score_integral (sigma : R -> R) (theta w c p q : R) :
  odd_sigmoid sigma ->
  RInt (fun x => w * (1 + c * sigma (theta - x))) p q =
  w * (q - p) + w * c * RInt (fun x => sigma (theta - x)) p q.
Proof.
  intro sigmoid. apply is_RInt_unique.
  apply is_RInt_ext with (f := fun x => plus w (scal (w * c) (sigma (theta - x)))).
  - intros x _. unfold plus, scal; simpl; unfold mult; simpl. ring.
  - replace (w * (q - p)) with (scal (q - p) w) by (unfold scal; simpl; unfold mult; simpl; ring).
    apply @is_RInt_plus; [apply (is_RInt_const (V := R_NormedModule)) |].
    apply @is_RInt_scal, @RInt_correct, @ex_RInt_continuous. intros x _.
    apply (continuous_comp (fun x => theta - x) sigma); [| now apply sigmoid_continuous].
    apply @continuous_minus; [apply continuous_const | apply continuous_id].
Qed.

(** The risk of the weighted linear loss is a constant minus the weighted gain. *)
Lemma risk_linear (sigma : R -> R) (w_plus w_minus a a1 b theta : R) :
  odd_sigmoid sigma ->
  gain sigma w_plus w_minus a a1 b theta =
  w_plus * (a1 - a) + w_minus * (b - a1)
  - risk sigma (fun m => w_plus * (1 - m)) (fun m => w_minus * (1 - m)) a a1 b theta.
Proof.
  intro sigmoid. unfold gain, risk.
  assert (plus : forall x,
    w_plus * (1 - sigma (theta - x)) = w_plus * (1 + (-1) * sigma (theta - x)))
    by (intro x; ring).
  assert (minus : forall x,
    w_minus * (1 - sigma (x - theta)) = w_minus * (1 + 1 * sigma (theta - x))).
  { intro x. replace (x - theta) with (- (theta - x)) by ring.
    rewrite (sigmoid_odd _ sigmoid). ring. }
  rewrite (RInt_ext _ _ a a1 (fun x _ => plus x)), (RInt_ext _ _ a1 b (fun x _ => minus x)).
  rewrite !affine_score_integral by exact sigmoid. ring.
Qed.

(** C3: without weights the risk of the linear loss is the length of [a, b] minus the gain. *)
Corollary C3_risk_and_gain (sigma : R -> R) (a a1 b theta : R) :
  odd_sigmoid sigma ->
  risk sigma (fun m => 1 - m) (fun m => 1 - m) a a1 b theta
  = b - a - gain sigma 1 1 a a1 b theta.
Proof.
  intro sigmoid. rewrite (risk_linear sigma 1 1 a a1 b theta sigmoid).
  transitivity (risk sigma (fun m => 1 * (1 - m)) (fun m => 1 * (1 - m)) a a1 b theta); [| ring].
  unfold risk. f_equal; apply RInt_ext; intros x _; symmetry; apply Rmult_1_l.
Qed.

(** Theorem M contains T4: calibrated weights make the truth the only maximiser of the gain, and
    no other weights do. *)
Corollary M_contains_T4 (sigma : R -> R) (w_plus w_minus a a1 b : R) :
  odd_sigmoid sigma -> 0 < w_plus -> 0 < w_minus -> a < a1 -> a1 < b ->
  only_maximiser (gain sigma w_plus w_minus a a1 b) a b a1 <->
  w_plus * sigma (a1 - a) = w_minus * sigma (b - a1).
Proof.
  intros sigmoid plus_pos minus_pos a_a1 a1_b. rewrite <- !drop_linear.
  rewrite <- M_equal_drops by auto using linear_is_margin_loss, linear_tells.
  symmetry. apply (only_minimiser_opp _ _ a b (w_plus * (a1 - a) + w_minus * (b - a1))).
  intro theta. now apply risk_linear.
Qed.

(** Theorem M contains T5: the side of every local maximiser of the gain. *)
Corollary M_contains_T5 (sigma : R -> R) (w_plus w_minus a a1 b m : R) :
  odd_sigmoid sigma -> 0 < w_plus -> 0 < w_minus -> a < a1 -> a1 < b ->
  local_maximiser (gain sigma w_plus w_minus a a1 b) a b m ->
  (m < a1 <-> w_plus * sigma (a1 - a) < w_minus * sigma (b - a1)) /\
  (m = a1 <-> w_plus * sigma (a1 - a) = w_minus * sigma (b - a1)) /\
  (a1 < m <-> w_minus * sigma (b - a1) < w_plus * sigma (a1 - a)).
Proof.
  intros sigmoid plus_pos minus_pos a_a1 a1_b m_local. rewrite <- !drop_linear.
  apply M_side; auto using linear_is_margin_loss, linear_tells.
  apply (local_minimiser_opp _ _ a b (w_plus * (a1 - a) + w_minus * (b - a1)) m
    (fun theta => risk_linear sigma w_plus w_minus a a1 b theta sigmoid)).
  exact m_local.
Qed.

(** Theorem M contains C6: equal lengths and unit weights. *)
Corollary M_contains_C6 (sigma : R -> R) (a a1 b : R) :
  odd_sigmoid sigma -> a < a1 -> b - a1 = a1 - a ->
  only_maximiser (gain sigma 1 1 a a1 b) a b a1.
Proof.
  intros sigmoid a_a1 equal. apply M_contains_T4; auto using Rlt_0_1; [lra |]. now rewrite equal.
Qed.
