(** Theorem M for losses of which only one half is convex.

    The proof of Theorem M looks at a loss beyond the margin 0 in one place only, where a wrong
    answer must lose at least as much as the right answer at the same distance gains.  So a half
    loss suffices: convex and non-increasing on [0, 1), with phi(m) + phi(-m) >= 2 phi(0), and
    continuous.  Every convex margin loss is one, and so is every convex loss of a squashed score,
    such as the sigmoid loss and the focal loss, which need not be convex.  Neither condition can be
    dropped: a ramp has the first without the second, 1 - m^3 the second without the first. *)
From Coq Require Import Reals Lra Classical.
From Coquelicot Require Import Coquelicot.
From Lossbook Require Import Calculus Sigmoid Gain EqualDrops Losses Softsign NotConvex.
Open Scope R_scope.

(** * Half losses *)

(** A half loss: convex and non-increasing on [0, 1), losing at least as much at the margin -m as
    it gains at m, and continuous on (-1, 1). *)
Record half_loss (phi : R -> R) : Prop := {
  half_on_right : convex_on_right phi;
  half_balanced : forall m, 0 <= m < 1 -> 2 * phi 0 <= phi m + phi (- m);
  half_continuous : forall m : R, - 1 < m < 1 -> continuous phi m }.

(** Every convex margin loss is a half loss. *)
Lemma convex_is_half (phi : R -> R) : margin_loss phi -> half_loss phi.
Proof.
  intro is_loss. split; [now apply loss_on_right | | now apply loss_continuous].
  intros m m_in. now apply loss_balanced.
Qed.

(** A half loss of a squashed score: if phi is a half loss and tau an odd sigmoid, then phi(tau(m))
    is a half loss. *)
Theorem half_of_squashed (tau phi : R -> R) :
  odd_sigmoid tau -> half_loss phi -> half_loss (fun m => phi (tau m)).
Proof.
  intros squash is_half. pose proof (half_on_right _ is_half) as on_right. split; [split | |].
  - intros x m y x_nonneg x_m m_y _.
    pose proof (drop_of_loss_concave phi on_right tau squash x m y x_nonneg x_m m_y) as above.
    unfold drop in above. lra.
  - intros x y x_nonneg x_y _.
    pose proof (drop_monotone phi on_right tau squash x y x_nonneg x_y) as order.
    unfold drop in order. lra.
  - intros m m_in. rewrite (sigmoid_zero tau squash), (sigmoid_odd _ squash).
    apply (half_balanced _ is_half). split; [now apply sigmoid_nonneg |].
    now apply sigmoid_below_one.
  - intros m _. apply loss_of_score_continuous; [exact squash | apply (half_continuous _ is_half)].
Qed.

(** A positive weight keeps a half loss. *)
Lemma half_weighted (phi : R -> R) (w : R) :
  0 < w -> half_loss phi -> half_loss (fun m => w * phi m).
Proof.
  intros w_pos is_half. pose proof (half_on_right _ is_half) as on_right. split; [split | |].
  - intros x m y x_nonneg x_m m_y y_in.
    pose proof (right_convex _ on_right x m y x_nonneg x_m m_y y_in) as below.
    apply (Rmult_le_compat_l w) in below; lra.
  - intros x y x_nonneg x_y y_in. apply Rmult_le_compat_l; [lra |].
    now apply (right_nonincreasing _ on_right).
  - intros m m_in. pose proof (half_balanced _ is_half m m_in) as balanced.
    apply (Rmult_le_compat_l w) in balanced; lra.
  - intros m m_in. apply (continuous_scal_r w phi), (half_continuous _ is_half), m_in.
Qed.

(** The drop of a half loss is a drop function. *)
Lemma drop_of_half (sigma phi : R -> R) :
  odd_sigmoid sigma -> half_loss phi -> drop_function (drop sigma phi).
Proof.
  intros sigmoid is_half. apply drop_if_balanced; [exact sigmoid | |]; apply is_half.
Qed.

(** The class is larger: m^3 - 3 m is a half loss, and not convex. *)
Theorem half_is_weaker :
  half_loss (fun m => m ^ 3 - 3 * m) /\ ~ margin_loss (fun m => m ^ 3 - 3 * m).
Proof.
  split; [split; [split | |] |].
  - intros x m y x_nonneg x_m m_y _.
    assert (0 <= (y - m) * (m - x) * ((y - x) * (x + m + y)))
      by (repeat apply Rmult_le_pos; lra). lra.
  - intros x y x_nonneg x_y y_in.
    assert (x * x <= 1) by (rewrite <- (Rmult_1_l 1); apply Rmult_le_compat; lra).
    assert (x * y <= 1) by (rewrite <- (Rmult_1_l 1); apply Rmult_le_compat; lra).
    assert (y * y <= 1) by (rewrite <- (Rmult_1_l 1); apply Rmult_le_compat; lra).
    assert (0 <= (y - x) * (3 - x * x - x * y - y * y)) by (apply Rmult_le_pos; lra). lra.
  - intros m _. lra.
  - intros m _. apply (ex_derive_continuous (fun m : R => m ^ 3 - 3 * m)). auto_derive. trivial.
  - intro is_loss.
    pose proof (loss_convex _ is_loss (- 3 / 4) (- 1 / 2) (- 1 / 4) ltac:(lra) ltac:(lra)
      ltac:(lra) ltac:(lra)). simpl in *. lra.
Qed.

(** * Silence *)

(** A loss tells densely up to s if between any two margins up to s there is one at which a right
    answer costs less than the wrong one at the same distance. *)
Definition tells_densely (phi : R -> R) (s : R) : Prop :=
  forall p q, 0 <= p -> p < q -> q <= s -> exists m, p < m < q /\ phi m < phi (- m).

(** A loss that tells right from wrong tells densely. *)
Lemma tells_then_densely (phi : R -> R) (s : R) :
  s < 1 -> tells_right_from_wrong phi -> tells_densely phi s.
Proof.
  intros s_in tells p q p_nonneg p_q q_s. exists ((p + q) / 2). split; [lra | apply tells; lra].
Qed.

Section Silence.
Variables sigma phi : R -> R.
Hypothesis sigmoid : odd_sigmoid sigma.
Hypothesis is_half : half_loss phi.

(** A half loss costs at a negative margin at least what it costs at 0. *)
Lemma half_wrong_costs (m : R) : 0 <= m < 1 -> phi 0 <= phi (- m).
Proof.
  intro m_in. pose proof (half_balanced _ is_half m m_in).
  pose proof (right_nonincreasing _ (half_on_right _ is_half) 0 m ltac:(lra) ltac:(lra)
    ltac:(lra)). lra.
Qed.

(** A half loss that drops at u > 0 tells densely. *)
Lemma dropping_tells_densely (u s : R) :
  0 < u -> 0 < drop sigma phi u -> s < 1 -> tells_densely phi s.
Proof.
  intros u_pos dropped s_in. apply tells_then_densely; [exact s_in |]. intros m m_in.
  pose proof (reward_everywhere phi (half_on_right _ is_half) m
    (reward_from_drop phi sigma sigmoid u u_pos dropped) m_in).
  pose proof (half_wrong_costs m ltac:(lra)). lra.
Qed.

(** A half loss that does not tell densely up to sigma(A) is constant on [0, 1), and also among
    the wrong scores on some interval of distances up to A. *)
Lemma silent_interval (A : R) :
  0 < A -> ~ tells_densely phi (sigma A) ->
  (forall m, 0 <= m < 1 -> phi m = phi 0) /\
  exists u v, 0 <= u /\ u < v /\ v <= A /\ forall d, u < d < v -> phi (sigma (- d)) = phi 0.
Proof.
  intros A_pos silent. pose proof (sigmoid_below_one sigma sigmoid A) as below_one.
  assert (found : exists p q, 0 <= p /\ p < q /\ q <= sigma A /\
    forall m, p < m < q -> phi (- m) <= phi m).
  { apply NNPP. intro none. apply silent. intros p q p_nonneg p_q q_A. apply NNPP. intro loud.
    apply none. exists p, q. repeat split; auto. intros m m_in. apply Rnot_lt_le. intro less.
    apply loud. now exists m. }
  destruct found as [p [q [p_nonneg [p_q [q_A alike]]]]].
  assert (same : forall m, p < m < q -> phi m = phi 0 /\ phi (- m) = phi 0).
  { intros m m_in. specialize (alike m m_in). pose proof (half_wrong_costs m ltac:(lra)).
    pose proof (right_nonincreasing _ (half_on_right _ is_half) 0 m ltac:(lra) ltac:(lra)
      ltac:(lra)). lra. }
  split.
  - intros m m_in. apply (flat_from_one_point phi (half_on_right _ is_half) ((p + q) / 2));
      [lra | apply same; lra | exact m_in].
  - pose proof (sigmoid_zero sigma sigmoid) as zero.
    destruct (sigmoid_between sigma sigmoid 0 A p ltac:(lra) ltac:(lra)) as [u [u_in u_value]].
    destruct (sigmoid_between sigma sigmoid 0 A q ltac:(lra) ltac:(lra)) as [v [v_in v_value]].
    exists u, v. split; [lra |].
    split; [apply (sigmoid_reflects_lt sigma sigmoid); lra |]. split; [lra |].
    intros d d_in. rewrite (sigmoid_odd _ sigmoid). apply same. rewrite <- u_value, <- v_value.
    split; now apply sigmoid_increasing.
Qed.

(** Where a flat loss tells densely, some wrong score in each interval of distances is charged. *)
Lemma charged_somewhere (A u v : R) :
  tells_densely phi (sigma A) -> (forall m, 0 <= m < 1 -> phi m = phi 0) ->
  0 <= u -> u < v -> v <= A -> exists d, u < d < v /\ phi 0 < phi (sigma (- d)).
Proof.
  intros dense flat u_nonneg u_v v_A.
  destruct (dense (sigma u) (sigma v)) as [m [m_in less]].
  - now apply sigmoid_nonneg.
  - now apply sigmoid_increasing.
  - now apply sigmoid_monotone.
  - destruct (sigmoid_between sigma sigmoid u v m ltac:(lra) ltac:(lra)) as [d [_ value]].
    exists d. rewrite (sigmoid_odd _ sigmoid), value.
    pose proof (sigmoid_nonneg sigma sigmoid u u_nonneg).
    pose proof (sigmoid_below_one sigma sigmoid v). rewrite (flat m) in less by lra.
    split; [| exact less]. split; apply (sigmoid_reflects_lt sigma sigmoid); lra.
Qed.

End Silence.

(** * Theorem M *)

Section HalfConvex.
Variables sigma phi_plus phi_minus : R -> R.
Variables a a1 b : R.
Hypothesis sigmoid : odd_sigmoid sigma.
Hypothesis plus_half : half_loss phi_plus.
Hypothesis minus_half : half_loss phi_minus.
Hypothesis a_a1 : a < a1.
Hypothesis a1_b : a1 < b.

Let slope_at := drop_slope (drop sigma phi_plus) (drop sigma phi_minus) a a1 b.
Let risk_derivative := fun theta => M_risk_derivative sigma phi_plus phi_minus a a1 b theta sigmoid
  (half_continuous _ plus_half) (half_continuous _ minus_half).

(** Where neither class drops, only the wrong positives count left of the truth. *)
Lemma flat_slope_left (t : R) :
  (forall m, 0 <= m < 1 -> phi_plus m = phi_plus 0) ->
  (forall m, 0 <= m < 1 -> phi_minus m = phi_minus 0) -> a <= t <= a1 ->
  slope_at t = phi_plus 0 - phi_plus (sigma (- (a1 - t))).
Proof.
  intros plus_flat minus_flat t_in. unfold slope_at, drop_slope, drop.
  rewrite (plus_flat (sigma (t - a))), (minus_flat (sigma (b - t))),
    (minus_flat (sigma (a1 - t))), Ropp_minus_distr; [ring | | |];
    (split; [apply sigmoid_nonneg; auto; lra | now apply sigmoid_below_one]).
Qed.

(** Where neither class drops, only the wrong negatives count right of the truth. *)
Lemma flat_slope_right (t : R) :
  (forall m, 0 <= m < 1 -> phi_plus m = phi_plus 0) ->
  (forall m, 0 <= m < 1 -> phi_minus m = phi_minus 0) -> a1 <= t <= b ->
  slope_at t = phi_minus (sigma (- (t - a1))) - phi_minus 0.
Proof.
  intros plus_flat minus_flat t_in. unfold slope_at, drop_slope, drop.
  rewrite (plus_flat (sigma (t - a))), (plus_flat (sigma (t - a1))),
    (minus_flat (sigma (b - t))), Ropp_minus_distr; [ring | | |];
    (split; [apply sigmoid_nonneg; auto; lra | now apply sigmoid_below_one]).
Qed.

(** Where the slope vanishes on an interval without the truth, the truth is not the only
    minimiser. *)
Lemma not_alone_beside_plateau (p q : R) :
  a <= p -> p < q -> q <= b -> ~ p < a1 < q -> (forall t, p < t < q -> slope_at t = 0) ->
  ~ only_minimiser (risk sigma phi_plus phi_minus a a1 b) a b a1.
Proof.
  intros a_p p_q q_b beside level [_ alone].
  apply beside. rewrite <- (alone ((p + q) / 2)); [lra |].
  split; [lra |]. exists ((q - p) / 2). split; [lra |]. intros x _ x_near.
  apply Rabs_def2 in x_near. right.
  destruct (Rtotal_order x ((p + q) / 2)) as [left | [-> | right]]; [| reflexivity |].
  - destruct (mean_value _ _ risk_derivative x _ left) as [t [t_in rise]].
    fold slope_at in rise. rewrite (level t ltac:(lra)) in rise. lra.
  - destruct (mean_value _ _ risk_derivative _ x right) as [t [t_in rise]].
    fold slope_at in rise. rewrite (level t ltac:(lra)) in rise. lra.
Qed.

(** If the truth is the only minimiser, both losses tell densely up to the ends of the range. *)
Lemma only_minimiser_tells :
  drop sigma phi_plus (a1 - a) = drop sigma phi_minus (b - a1) ->
  only_minimiser (risk sigma phi_plus phi_minus a a1 b) a b a1 ->
  tells_densely phi_plus (sigma (a1 - a)) /\ tells_densely phi_minus (sigma (b - a1)).
Proof.
  intros equal only.
  pose proof (fun u => sigmoid_below_one sigma sigmoid u) as below_one.
  assert (scores : forall u, 0 < u -> 0 <= sigma u < 1)
    by (intros u u_pos; split; [apply sigmoid_nonneg; auto; lra | apply below_one]).
  split; apply NNPP; intro silent.
  - destruct (silent_interval sigma phi_plus sigmoid plus_half (a1 - a) ltac:(lra) silent)
      as [plus_flat [u [v [u_nonneg [u_v [v_end quiet]]]]]].
    unfold drop in equal. rewrite (plus_flat (sigma (a1 - a))) in equal by (apply scores; lra).
    apply (not_alone_beside_plateau (a1 - v) (a1 - u)); try lra; [| exact only].
    intros t t_in.
    rewrite flat_slope_left; [rewrite quiet by lra; ring | exact plus_flat | | lra].
    intros m m_in. apply (flat_from_drop phi_minus (half_on_right _ minus_half) sigma sigmoid
      (b - a1)); [lra | unfold drop; lra | exact m_in].
  - destruct (silent_interval sigma phi_minus sigmoid minus_half (b - a1) ltac:(lra) silent)
      as [minus_flat [u [v [u_nonneg [u_v [v_end quiet]]]]]].
    unfold drop in equal. rewrite (minus_flat (sigma (b - a1))) in equal by (apply scores; lra).
    apply (not_alone_beside_plateau (a1 + u) (a1 + v)); try lra; [| exact only].
    intros t t_in.
    rewrite flat_slope_right; [rewrite quiet by lra; ring | | exact minus_flat | lra].
    intros m m_in. apply (flat_from_drop phi_plus (half_on_right _ plus_half) sigma sigmoid
      (a1 - a)); [lra | unfold drop; lra | exact m_in].
Qed.

(** Where neither class drops, half losses that tell densely have the truth as their only
    minimiser. *)
Lemma half_flat_minimiser :
  (forall m, 0 <= m < 1 -> phi_plus m = phi_plus 0) ->
  (forall m, 0 <= m < 1 -> phi_minus m = phi_minus 0) ->
  tells_densely phi_plus (sigma (a1 - a)) -> tells_densely phi_minus (sigma (b - a1)) ->
  only_minimiser (risk sigma phi_plus phi_minus a a1 b) a b a1.
Proof.
  intros plus_flat minus_flat plus_tells minus_tells.
  assert (cost : forall phi u, half_loss phi -> 0 <= u -> phi 0 <= phi (sigma (- u))).
  { intros phi u is_half u_nonneg. rewrite (sigmoid_odd _ sigmoid).
    apply half_wrong_costs; [exact is_half |].
    split; [now apply sigmoid_nonneg | now apply sigmoid_below_one]. }
  apply only_minimiser_by_growth; [lra | |]; intros p q p_in p_q q_in.
  - destruct (charged_somewhere sigma phi_plus sigmoid (a1 - a) (a1 - q) (a1 - p) plus_tells
      plus_flat ltac:(lra) ltac:(lra) ltac:(lra)) as [d [d_in charged]].
    apply (falls_if_once_negative _ _ risk_derivative p (a1 - d) q); [lra | |].
    + fold slope_at. rewrite flat_slope_left by (auto; lra).
      replace (a1 - (a1 - d)) with d by ring. lra.
    + intros t t_in. fold slope_at. rewrite flat_slope_left by (auto; lra).
      pose proof (cost phi_plus (a1 - t) plus_half ltac:(lra)). lra.
  - destruct (charged_somewhere sigma phi_minus sigmoid (b - a1) (p - a1) (q - a1) minus_tells
      minus_flat ltac:(lra) ltac:(lra) ltac:(lra)) as [d [d_in charged]].
    apply (rises_if_once_positive _ _ risk_derivative p (a1 + d) q); [lra | |].
    + fold slope_at. rewrite flat_slope_right by (auto; lra).
      replace (a1 + d - a1) with d by ring. lra.
    + intros t t_in. fold slope_at. rewrite flat_slope_right by (auto; lra).
      pose proof (cost phi_minus (t - a1) minus_half ltac:(lra)). lra.
Qed.

End HalfConvex.

(** M for half losses, the side: every local minimiser of the risk lies on the side of the class
    with the smaller drop. *)
Theorem M_half_convex_shrunk_side (sigma phi_plus phi_minus : R -> R) (a a1 b m : R) :
  odd_sigmoid sigma -> half_loss phi_plus -> half_loss phi_minus -> a < a1 -> a1 < b ->
  local_minimiser (risk sigma phi_plus phi_minus a a1 b) a b m ->
  (drop sigma phi_plus (a1 - a) < drop sigma phi_minus (b - a1) -> m < a1) /\
  (drop sigma phi_minus (b - a1) < drop sigma phi_plus (a1 - a) -> a1 < m).
Proof.
  intros. apply shrunk_side_of_drops; auto using drop_of_half; now apply half_continuous.
Qed.

(** M for half losses, exactly: the truth a1 is the only minimiser of the risk on [a, b] if and only
    if both classes drop equally, F_plus(A) = F_minus(B), and both losses tell densely up to the
    scores at the ends of the range. *)
Theorem M_half_convex_exactly (sigma phi_plus phi_minus : R -> R) (a a1 b : R) :
  odd_sigmoid sigma -> half_loss phi_plus -> half_loss phi_minus -> a < a1 -> a1 < b ->
  only_minimiser (risk sigma phi_plus phi_minus a a1 b) a b a1 <->
  drop sigma phi_plus (a1 - a) = drop sigma phi_minus (b - a1) /\
  tells_densely phi_plus (sigma (a1 - a)) /\ tells_densely phi_minus (sigma (b - a1)).
Proof.
  intros sigmoid plus_half minus_half a_a1 a1_b.
  pose proof (drop_of_half sigma phi_plus sigmoid plus_half) as plus_drop.
  pose proof (drop_of_half sigma phi_minus sigmoid minus_half) as minus_drop.
  pose proof (half_continuous _ plus_half) as plus_continuous.
  pose proof (half_continuous _ minus_half) as minus_continuous.
  pose proof (half_on_right _ plus_half) as plus_right.
  pose proof (half_on_right _ minus_half) as minus_right. split.
  - intro only.
    assert (equal : drop sigma phi_plus (a1 - a) = drop sigma phi_minus (b - a1))
      by now apply only_minimiser_equal_drops.
    split; [exact equal | now apply only_minimiser_tells].
  - intros [equal [plus_tells minus_tells]].
    destruct (Rle_lt_or_eq_dec 0 (drop sigma phi_plus (a1 - a))) as [some | none].
    + apply (drop_nonneg phi_plus plus_right sigma sigmoid). lra.
    + apply equal_drops_bent; auto; apply drop_bent_on_right; auto;
        try (apply plus_continuous || apply minus_continuous; lra).
      * apply (reward_from_drop phi_plus sigma sigmoid (a1 - a)); lra.
      * apply (reward_from_drop phi_minus sigma sigmoid (b - a1)); lra.
    + apply half_flat_minimiser; auto; intros m m_in.
      * apply (flat_from_drop phi_plus plus_right sigma sigmoid (a1 - a)); lra.
      * apply (flat_from_drop phi_minus minus_right sigma sigmoid (b - a1)); lra.
Qed.

(** M for half losses: if both losses tell right from wrong, then the truth a1 is the only minimiser
    of the risk on [a, b] exactly when both classes drop equally, F_plus(A) = F_minus(B). *)
Theorem M_half_convex (sigma phi_plus phi_minus : R -> R) (a a1 b : R) :
  odd_sigmoid sigma -> half_loss phi_plus -> half_loss phi_minus -> a < a1 -> a1 < b ->
  tells_right_from_wrong phi_plus -> tells_right_from_wrong phi_minus ->
  only_minimiser (risk sigma phi_plus phi_minus a a1 b) a b a1 <->
  drop sigma phi_plus (a1 - a) = drop sigma phi_minus (b - a1).
Proof.
  intros sigmoid plus_half minus_half a_a1 a1_b plus_tells minus_tells.
  rewrite M_half_convex_exactly by auto.
  split; [now intros [equal _] | intro equal; split; [exact equal |]].
  split; apply tells_then_densely; auto; now apply sigmoid_below_one.
Qed.

(** M for half losses in one line: a local minimiser of the risk is left of, at, or right of the
    truth exactly as F_plus(A) is less than, equal to, or greater than F_minus(B). *)
Theorem M_half_convex_side (sigma phi_plus phi_minus : R -> R) (a a1 b m : R) :
  odd_sigmoid sigma -> half_loss phi_plus -> half_loss phi_minus -> a < a1 -> a1 < b ->
  tells_right_from_wrong phi_plus -> tells_right_from_wrong phi_minus ->
  local_minimiser (risk sigma phi_plus phi_minus a a1 b) a b m ->
  (m < a1 <-> drop sigma phi_plus (a1 - a) < drop sigma phi_minus (b - a1)) /\
  (m = a1 <-> drop sigma phi_plus (a1 - a) = drop sigma phi_minus (b - a1)) /\
  (a1 < m <-> drop sigma phi_minus (b - a1) < drop sigma phi_plus (a1 - a)).
Proof.
  intros sigmoid plus_half minus_half a_a1 a1_b plus_tells minus_tells m_local.
  destruct (M_half_convex_shrunk_side sigma phi_plus phi_minus a a1 b m sigmoid plus_half minus_half
    a_a1 a1_b m_local) as [left right].
  pose proof (fun equal => proj2 (proj2 (M_half_convex sigma phi_plus phi_minus a a1 b sigmoid
    plus_half minus_half a_a1 a1_b plus_tells minus_tells) equal) m m_local) as centre.
  destruct (Rtotal_order (drop sigma phi_plus (a1 - a)) (drop sigma phi_minus (b - a1)))
    as [less | [equal | more]].
  - specialize (left less). repeat split; intros; lra.
  - specialize (centre equal). repeat split; intros; lra.
  - specialize (right more). repeat split; intros; lra.
Qed.

(** T10 for half losses: with one half loss that tells right from wrong and class weights, the truth
    is the only minimiser exactly for the calibrated weights, w_plus F(A) = w_minus F(B). *)
Corollary T10_half_convex (sigma phi : R -> R) (w_plus w_minus a a1 b : R) :
  odd_sigmoid sigma -> half_loss phi -> tells_right_from_wrong phi ->
  0 < w_plus -> 0 < w_minus -> a < a1 -> a1 < b ->
  only_minimiser (risk sigma (fun m => w_plus * phi m) (fun m => w_minus * phi m) a a1 b) a b a1
  <-> w_plus * drop sigma phi (a1 - a) = w_minus * drop sigma phi (b - a1).
Proof.
  intros sigmoid is_half tells plus_pos minus_pos a_a1 a1_b. rewrite <- !drop_weighted.
  apply M_half_convex; auto using half_weighted, tells_weighted.
Qed.

(** * Neither condition can be dropped *)

(** M' is false without convexity on [0, 1): 1 - m^3 loses at -m exactly what it gains at m and
    strictly decreases, and yet for softsign and the classes [0, 1] and [1, 2], with equal drops,
    the truth is no local minimiser. *)
Theorem Mprime_balanced_only :
  let phi := fun m : R => 1 - m ^ 3 in
  (forall m, phi m + phi (- m) = 2 * phi 0) /\
  drop (softsign_sigmoid 1) phi (1 - 0) = drop (softsign_sigmoid 1) phi (2 - 1) /\
  ~ local_minimiser (risk (softsign_sigmoid 1) phi phi 0 1 2) 0 2 1.
Proof.
  intro phi. destruct Mprime_not_convex as [_ [equal [_ no_minimiser]]].
  split; [intro m; unfold phi; ring |]. split; [exact equal | exact no_minimiser].
Qed.

(** The ramp min(1, max(0, 1 - m)): as costly at every wrong answer as at 0. *)
Definition ramp (m : R) : R := Rmin 1 (Rmax 0 (1 - m)).

(** The ramp is 1 - m on [0, 1]. *)
Lemma ramp_right (m : R) : 0 <= m <= 1 -> ramp m = 1 - m.
Proof. intro m_in. unfold ramp. rewrite Rmax_right, Rmin_right; lra. Qed.

(** The ramp is 1 at negative margins. *)
Lemma ramp_wrong (m : R) : m <= 0 -> ramp m = 1.
Proof. intro m_neg. unfold ramp. rewrite Rmax_right, Rmin_left; lra. Qed.

(** The ramp is continuous. *)
Lemma ramp_continuous (m : R) : continuous ramp m.
Proof.
  apply filterlim_locally. intro eps. exists eps. intros y y_near.
  apply Rle_lt_trans with (Rabs (y - m)); [| exact y_near].
  change (Rabs (ramp y - ramp m) <= Rabs (y - m)). unfold ramp, Rmin, Rmax.
  repeat destruct Rle_dec; unfold Rabs; repeat destruct Rcase_abs; lra.
Qed.

(** For softsign with scale 3 and the classes [0, 1] and [1, 2] the slope of the ramp's risk is
    negative right of the truth. *)
Lemma ramp_slope_negative (theta : R) :
  1 < theta <= 2 ->
  drop_slope (drop (softsign_sigmoid 3) ramp) (drop (softsign_sigmoid 3) ramp) 0 1 2 theta < 0.
Proof.
  intro theta_in. pose proof (softsign_is_odd_sigmoid 3 ltac:(lra)) as sigmoid.
  assert (right : forall u, 0 <= u -> drop (softsign_sigmoid 3) ramp u = u / (u + 3)).
  { intros u u_nonneg. unfold drop. rewrite <- softsign_on_half_line by exact u_nonneg.
    pose proof (sigmoid_nonneg _ sigmoid u u_nonneg). pose proof (sigmoid_below_one _ sigmoid u).
    rewrite !ramp_right by lra. ring. }
  unfold drop_slope. rewrite !right by lra. unfold drop. rewrite ramp_right, ramp_wrong; [| | lra].
  - set (t := theta - 1). assert (t_in : 0 < t <= 1) by (unfold t; lra).
    replace theta with (1 + t) by (unfold t; ring).
    replace (t / (t + 3) - (1 + t - 0) / (1 + t - 0 + 3) + (2 - (1 + t)) / (2 - (1 + t) + 3)
             - (1 - 0 - 1))
      with (- (t * (t ^ 2 + 6 * t + 2) / ((t + 3) * (t + 4) * (4 - t)))) by (field; lra).
    apply Ropp_lt_gt_0_contravar, Rdiv_lt_0_compat; repeat apply Rmult_lt_0_compat; try lra.
    pose proof (pow2_gt_0 t ltac:(lra)). lra.
  - rewrite <- (sigmoid_zero _ sigmoid). apply (sigmoid_monotone _ sigmoid). lra.
Qed.

(** M' is false without the condition on wrong answers: the ramp min(1, max(0, 1 - m)) is convex and
    decreasing on [0, 1), continuous and tells right from wrong, and for softsign with scale 3 the
    classes [0, 1] and [1, 2] have equal drops, but the truth is no local minimiser: the risk is
    smaller at every other threshold of [0, 2]. *)
Theorem Mprime_ramp :
  let sigma := softsign_sigmoid 3 in
  let phi := fun m : R => Rmin 1 (Rmax 0 (1 - m)) in
  let L := risk sigma phi phi 0 1 2 in
  convex_on_right phi /\ (forall m : R, continuous phi m) /\ tells_right_from_wrong phi /\
  drop sigma phi (1 - 0) = drop sigma phi (2 - 1) /\
  (forall theta, 0 <= theta <= 2 -> theta <> 1 -> L theta < L 1) /\
  ~ local_minimiser L 0 2 1.
Proof.
  split; [split |].
  - intros x m y x_nonneg x_m m_y y_in. change ((y - x) * ramp m <= (y - m) * ramp x
      + (m - x) * ramp y). rewrite !ramp_right; lra.
  - intros x y x_nonneg x_y y_in. change (ramp y <= ramp x). rewrite !ramp_right; lra.
  - split; [exact ramp_continuous |]. split; [| split; [f_equal; ring |]].
    + intros m m_in. change (ramp m < ramp (- m)). rewrite ramp_right, ramp_wrong; lra.
    + apply (truth_is_worst (softsign_sigmoid 3) ramp 0 1 2); [| | lra | ring |].
      * apply softsign_is_odd_sigmoid. lra.
      * intros m _. apply ramp_continuous.
      * exact ramp_slope_negative.
Qed.
