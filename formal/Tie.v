(** The maximiser need not be unique (T3').

    For softsign with scale 1 and (a, a1) = (0, 1/2) there is a right end b between 201/100 and
    21/10 at which the gain has two global maximisers, the left end and a point inside (a, a1).
    At b = 201/100 an inside point wins, at b = 21/10 the left end wins, and the lead of the best
    inside point changes continuously with b. *)
From Coq Require Import Reals Lra.
From Coquelicot Require Import Coquelicot.
From Lossbook Require Import Calculus Sigmoid Gain Softsign ClosedForms Refutations.
Open Scope R_scope.

(** * A maximum that changes its sign *)

Section MaximumCrossesZero.
Variable f : R -> R -> R.
Variables k b0 b1 c d : R.
Hypothesis k_pos : 0 < k.
Hypothesis lipschitz : forall b b' x, c <= x <= d -> f b' x - f b x <= k * Rabs (b' - b).

(** The parameters in [b0, b1] at which some value is not negative. *)
Let reaches (b : R) : Prop := b0 <= b <= b1 /\ exists x, c <= x <= d /\ 0 <= f b x.

(** At the last parameter that reaches 0 the maximum is not negative. *)
Lemma last_maximum_not_negative (b m : R) :
  is_lub reaches b -> global_maximiser (f b) c d m -> 0 <= f b m.
Proof.
  intros [above least] [m_in best]. apply Rnot_lt_le. intro negative.
  pose proof (Rdiv_lt_0_compat (- f b m) k ltac:(lra) k_pos) as step_pos.
  assert (bound : b <= b - - f b m / k); [| lra].
  apply least. intros b' b'_reaches. pose proof (above b' b'_reaches) as b'_b.
  destruct b'_reaches as [b'_in [x [x_in reached]]].
  pose proof (lipschitz b b' x x_in) as near. rewrite Rabs_left1 in near by lra.
  pose proof (best x x_in). apply (Rmult_le_reg_l k); [exact k_pos |].
  replace (k * (b - - f b m / k)) with (k * b + f b m) by (field; lra). lra.
Qed.

(** At the last parameter that reaches 0, if it comes before b1, the maximum is not positive. *)
Lemma last_maximum_not_positive (b m : R) :
  is_lub reaches b -> b0 <= b < b1 -> c <= m <= d -> f b m <= 0.
Proof.
  intros [above least] b_in m_in. apply Rnot_lt_le. intro positive.
  pose proof (Rdiv_lt_0_compat (f b m) k positive k_pos) as step_pos.
  set (b' := Rmin b1 (b + f b m / k)).
  assert (b'_above : b < b') by (apply Rmin_glb_lt; lra).
  assert (b' <= b1) by apply Rmin_l. assert (b'_near : b' <= b + f b m / k) by apply Rmin_r.
  assert (b'_b : b' <= b); [| lra].
  apply above. split; [lra |]. exists m. split; [exact m_in |].
  pose proof (lipschitz b' b m m_in) as near. rewrite Rabs_left1 in near by lra.
  apply (Rmult_le_compat_l k) in b'_near; [| lra].
  replace (k * (b + f b m / k)) with (k * b + f b m) in b'_near by (field; lra). lra.
Qed.

(** If f(b0) has a value that is not negative and f(b1) has none, the maximum of f(b) on [c, d] is
    0 for some b in [b0, b1). *)
Lemma maximum_crosses_zero :
  b0 <= b1 -> (forall b, exists m, global_maximiser (f b) c d m) ->
  (exists x, c <= x <= d /\ 0 <= f b0 x) -> (forall x, c <= x <= d -> f b1 x < 0) ->
  exists b m, b0 <= b < b1 /\ global_maximiser (f b) c d m /\ f b m = 0.
Proof.
  intros order maximum at_b0 at_b1.
  assert (b0_reaches : reaches b0) by (split; [lra | exact at_b0]).
  destruct (completeness reaches) as [b b_last].
  - exists b1. intros b [b_in _]. lra.
  - now exists b0.
  - destruct (maximum b) as [m m_best].
    pose proof (last_maximum_not_negative b m b_last m_best) as lower.
    assert (b0_b : b0 <= b) by now apply (proj1 b_last).
    assert (b_b1 : b < b1).
    { destruct (Rle_lt_or_eq_dec b b1) as [less | same]; [| exact less |].
      - apply (proj2 b_last). intros b' [b'_in _]. lra.
      - rewrite same in lower, m_best. pose proof (at_b1 m (proj1 m_best)). lra. }
    pose proof (last_maximum_not_positive b m b_last (conj b0_b b_b1) (proj1 m_best)).
    exists b, m. split; [lra | split; [exact m_best | lra]].
Qed.

End MaximumCrossesZero.

(** * The tie *)

(** The lead of [theta] over the left end. *)
Definition tie_lead (b theta : R) : R := bistable_gain b theta - bistable_gain b 0.

(** The slope is the derivative of the lead. *)
Lemma tie_lead_derivative (b theta : R) : is_derive (tie_lead b) theta (bistable_slope b theta).
Proof.
  replace (bistable_slope b theta) with (minus (bistable_slope b theta) 0)
    by (unfold minus, plus, opp; simpl; ring).
  apply @is_derive_minus; [apply bistable_derivative | apply @is_derive_const].
Qed.

(** The values of softsign are at most 1 in size. *)
Lemma softsign_at_most_one (u : R) : Rabs (softsign_sigmoid 1 u) <= 1.
Proof.
  unfold softsign_sigmoid. pose proof (Rabs_pos u) as abs_pos.
  unfold Rdiv. rewrite Rabs_mult, Rabs_inv, (Rabs_pos_eq (Rabs u + 1)) by lra.
  apply (Rle_div_l (Rabs u)); lra.
Qed.

(** An integral of softsign over an interval is at most its length in size. *)
Lemma softsign_integral_bound (theta p q : R) :
  Rabs (RInt (fun x => softsign_sigmoid 1 (theta - x)) p q) <= Rabs (q - p).
Proof.
  assert (ordered : forall p q, p <= q ->
    Rabs (RInt (fun x => softsign_sigmoid 1 (theta - x)) p q) <= Rabs (q - p)).
  { clear p q. intros p q order. rewrite (Rabs_pos_eq (q - p)), <- (Rmult_1_r (q - p)) by lra.
    apply abs_RInt_le_const; [exact order | apply softsign_integrable |].
    intros x _. apply softsign_at_most_one. }
  destruct (Rle_lt_dec p q) as [order | order]; [now apply ordered |].
  rewrite <- opp_RInt_swap by apply softsign_integrable.
  rewrite (Rabs_minus_sym q p). unfold opp; simpl. rewrite Rabs_Ropp. apply ordered. lra.
Qed.

(** If the right end moves, the lead moves at most twice as far. *)
Lemma tie_lead_lipschitz (b b' theta : R) :
  tie_lead b' theta - tie_lead b theta <= 2 * Rabs (b' - b).
Proof.
  assert (move : forall t, bistable_gain b' t - bistable_gain b t
    = - RInt (fun x => softsign_sigmoid 1 (t - x)) b b').
  { intro t. unfold bistable_gain, gain.
    rewrite <- (RInt_Chasles (fun x => softsign_sigmoid 1 (t - x)) (1 / 2) b b')
      by apply softsign_integrable.
    unfold plus; simpl. ring. }
  pose proof (move theta) as at_theta. pose proof (move 0) as at_zero.
  pose proof (softsign_integral_bound theta b b') as theta_bound.
  pose proof (softsign_integral_bound 0 b b') as zero_bound.
  apply Rabs_le_between in theta_bound. apply Rabs_le_between in zero_bound.
  unfold tie_lead. lra.
Qed.

(** Next to the left end the slope is negative if b >= 201/100. *)
Lemma tie_slope_left_end (b x : R) : 201 / 100 <= b -> 0 <= x <= 1 / 500 -> bistable_slope b x < 0.
Proof.
  intros b_in x_in. rewrite bistable_slope_reciprocals by lra.
  pose proof (Rmult_le_pos x (1 / 500 - x) ltac:(lra) ltac:(lra)) as inside.
  pose proof (Rmult_le_pos x x ltac:(lra) ltac:(lra)) as square.
  assert (1 - x <= / (1 + x)) by (apply reciprocal_above; lra).
  assert (2 / 3 + 4 / 9 * x <= / (3 / 2 - x)) by (apply reciprocal_above; lra).
  assert (/ (1 + b - x) <= 3325 / 10000) by (apply reciprocal_below; lra).
  lra.
Qed.

(** For b = 21/10 the slope is negative up to the truth. *)
Lemma tie_slope_wide (x : R) : 0 <= x <= 1 / 2 -> bistable_slope (21 / 10) x < 0.
Proof.
  intro x_in. rewrite bistable_slope_reciprocals by lra.
  set (product := (1 + x) * (3 / 2 - x) * (31 / 10 - x)).
  assert (product_pos : 0 < product) by (repeat apply Rmult_lt_0_compat; lra).
  apply (Rmult_lt_reg_r product); [exact product_pos |]. unfold product.
  replace ((2 - / (1 + x) - 2 * / (3 / 2 - x) + / (1 + 21 / 10 - x))
           * ((1 + x) * (3 / 2 - x) * (31 / 10 - x)))
    with (- (5 / 100) + x - 72 / 10 * x ^ 2 + 2 * x ^ 3) by (field; lra).
  pose proof (pow2_ge_0 (x - 8 / 100)).
  pose proof (Rmult_le_pos (x ^ 2) (1 / 2 - x) (pow2_ge_0 x) ltac:(lra)). lra.
Qed.

(** If the best inside point ties with the left end, both are global maximisers. *)
Lemma tie_is_global (b m : R) :
  201 / 100 <= b -> global_maximiser (tie_lead b) (1 / 500) (1 / 2) m -> tie_lead b m = 0 ->
  global_maximiser (bistable_gain b) 0 b 0 /\ global_maximiser (bistable_gain b) 0 b m.
Proof.
  intros b_in [m_in best] tie. unfold tie_lead in *.
  pose proof (softsign_is_odd_sigmoid 1 ltac:(lra)) as sigmoid.
  destruct (gain_maximiser_exists _ sigmoid 1 1 0 (1 / 2) b ltac:(lra)) as [p p_best].
  change (global_maximiser (bistable_gain b) 0 b p) in p_best.
  assert (p_top : bistable_gain b p <= bistable_gain b 0).
  { destruct (Req_dec p 0) as [-> | p_nonzero]; [lra |].
    destruct (maximiser_critical _ 0 (1 / 2) b p sigmoid ltac:(lra) ltac:(lra) p_nonzero)
      as [p_in critical]; [now apply global_is_local |].
    change (bistable_slope b p = 0) in critical.
    destruct (Rle_lt_dec p (1 / 500)) as [near | far].
    - pose proof (tie_slope_left_end b p b_in ltac:(lra)). lra.
    - pose proof (best p ltac:(lra)). lra. }
  split; (split; [lra |]); intros x x_in; pose proof (proj2 p_best x x_in); lra.
Qed.

(** T3': for softsign with scale 1 and (a, a1) = (0, 1/2) there is a right end b for which both the
    left end and a point inside (a, a1) are global maximisers. *)
Theorem T3prime_two_global_maximisers :
  exists b m, 201 / 100 < b < 21 / 10 /\ 0 < m < 1 / 2 /\
    global_maximiser (gain (softsign_sigmoid 1) 1 1 0 (1 / 2) b) 0 b 0 /\
    global_maximiser (gain (softsign_sigmoid 1) 1 1 0 (1 / 2) b) 0 b m.
Proof.
  pose proof bistable_gain_inside as ahead.
  assert (lead : 0 < tie_lead (201 / 100) (1 / 10))
    by (unfold tie_lead; lra).
  destruct (maximum_crosses_zero tie_lead 2 (201 / 100) (21 / 10) (1 / 500) (1 / 2))
    as [b [m [b_in [m_best tie]]]].
  - lra.
  - intros b b' x _. apply tie_lead_lipschitz.
  - lra.
  - intro b. apply (global_maximiser_exists _ (bistable_slope b) (tie_lead_derivative b)). lra.
  - exists (1 / 10). lra.
  - intros x x_in. replace 0 with (tie_lead (21 / 10) 0) by (unfold tie_lead; ring).
    apply (falls_if_negative _ _ (tie_lead_derivative (21 / 10))); [lra |].
    intros y y_in. apply tie_slope_wide. lra.
  - destruct (tie_is_global b m ltac:(lra) m_best tie) as [left_best m_global].
    assert (b_above : b <> 201 / 100).
    { intros ->. pose proof (proj2 m_best (1 / 10) ltac:(lra)). lra. }
    assert (m_in : 0 < m < 1 / 2).
    { pose proof (proj1 m_best).
      apply (maximiser_critical (softsign_sigmoid 1) 0 (1 / 2) b m); try lra;
        [apply softsign_is_odd_sigmoid; lra | now apply global_is_local]. }
    exists b, m. split; [lra | split; [exact m_in | now split]].
Qed.
