(** Three readings that are false, each by an exact example.

    C8': the third case of the proposition with lengths, 3 A < B, in place of values of sigma
    (arctan).  T3': the border 2 sigma(A) <= sigma(b - a) without criterion (C) (softsign, where
    the gain has two local maximisers).  T4': calibrated weights on the whole line instead of
    [a, b] (softsign, whose tail is heavy).  All numbers are rational or square roots; the one
    logarithm needs ln 2 > 1/2 only. *)
From Coq Require Import Reals Lra.
From Coquelicot Require Import Coquelicot.
From Lossbook Require Import Calculus Sigmoid Gain Uniqueness Weights.
From Lossbook Require Import Families Arctan Softsign ClosedForms.
Open Scope R_scope.

(** * C8': lengths instead of values *)

(** atan(100) < 2 atan(2), since atan(100) < PI/2 = 2 atan(1). *)
Lemma atan_100_below_twice_atan_2 : atan 100 < 2 * atan 2.
Proof.
  pose proof (atan_bound 100). pose proof (atan_increasing 1 2 ltac:(lra)) as above.
  rewrite atan_1 in above. lra.
Qed.

(** In the example the value at b - a is below twice the value at A. *)
Lemma C8prime_mild : arctan_sigmoid 1 (100 - 0) < 2 * arctan_sigmoid 1 (2 - 0).
Proof.
  unfold arctan_sigmoid. replace ((100 - 0) / 1) with 100 by field.
  replace ((2 - 0) / 1) with 2 by field.
  pose proof (Rmult_lt_compat_l _ _ _ two_over_pi_positive atan_100_below_twice_atan_2). lra.
Qed.

(** C8' is false: for arctan with scale 1 and (a, a1, b) = (0, 2, 100) the length A = 2 is less
    than a third of B = 98, but the slope at a is positive and a is not a maximiser. *)
Theorem C8prime_lengths :
  3 * (2 - 0) < 100 - 2 /\
  0 < slope (arctan_sigmoid 1) 1 1 0 2 100 0 /\
  ~ global_maximiser (gain (arctan_sigmoid 1) 1 1 0 2 100) 0 100 0.
Proof.
  pose proof C8prime_mild as mild.
  pose proof (arctan_is_odd_sigmoid 1 ltac:(lra)) as sigmoid.
  split; [lra | split].
  - rewrite slope_at_left_end by exact sigmoid. lra.
  - intro best. apply (T3_arctan 1 0 2 100) in best; lra.
Qed.

(** In the example of C8' the only maximiser is (sqrt 1825 - 1)/24 = 1.7383..., close to the truth
    2 and far from the left end 0. *)
Theorem C8prime_maximiser :
  only_maximiser (gain (arctan_sigmoid 1) 1 1 0 2 100) 0 100 ((sqrt 1825 - 1) / 24) /\
  173833 / 100000 < (sqrt 1825 - 1) / 24 < 173834 / 100000.
Proof.
  assert (root : 4271992 / 100000 < sqrt 1825 < 4272016 / 100000).
  { pose proof (sqrt_sqrt 1825 ltac:(lra)) as squared. pose proof (sqrt_pos 1825).
    split; apply Rsqr_incrst_0; unfold Rsqr; lra. }
  split; [| lra].
  destruct (T8_arctan 1 0 2 100 ltac:(lra) ltac:(lra) ltac:(lra) C8prime_mild) as [_ only].
  assert (same : (sqrt 1825 - 1) / 24 = 2 - 1 *
    ((2 - 0) * (100 - 2) / (1 * (100 - 2 - (2 - 0)))
     - sqrt (((2 - 0) * (100 - 2) / (1 * (100 - 2 - (2 - 0)))) ^ 2 - 1))).
  { replace (((2 - 0) * (100 - 2) / (1 * (100 - 2 - (2 - 0)))) ^ 2 - 1)
      with (1825 / (24 * 24)) by field.
    rewrite sqrt_div_alt, sqrt_square by lra. field. }
  rewrite same. exact only.
Qed.

(** In the example of C8' every local maximiser lies in (1, 2). *)
Corollary C8prime_near_truth (m : R) :
  local_maximiser (gain (arctan_sigmoid 1) 1 1 0 2 100) 0 100 m -> 1 < m < 2.
Proof.
  intro m_local. destruct C8prime_maximiser as [only digits].
  rewrite (proj2 only m m_local). lra.
Qed.

(** * T3': the border without criterion (C) *)

(** If the derivative at the left end is negative, the left end is a local maximiser. *)
Lemma left_end_local_maximiser (f : R -> R) (a b l : R) :
  a <= b -> is_derive f a l -> l < 0 -> local_maximiser f a b a.
Proof.
  intros order derivative l_neg. split; [lra |].
  apply is_derive_Reals in derivative. destruct (derivative (- l) ltac:(lra)) as [d close].
  exists d. split; [apply cond_pos |]. intros x x_in x_near.
  destruct (Rle_lt_or_eq_dec a x ltac:(lra)) as [right | <-]; [| lra].
  specialize (close (x - a) ltac:(lra) x_near). apply Rabs_def2 in close.
  replace (a + (x - a)) with x in close by ring.
  assert (quotient : (f x - f a) / (x - a) < 0) by lra.
  apply (Rmult_lt_compat_r (x - a)) in quotient; [| lra].
  replace ((f x - f a) / (x - a) * (x - a)) with (f x - f a) in quotient by (field; lra). lra.
Qed.

(** The softsign gain with scale 1, (a, a1) = (0, 1/2) and the right end [b]. *)
Definition bistable_gain (b theta : R) : R := gain (softsign_sigmoid 1) 1 1 0 (1 / 2) b theta.

(** The slope of [bistable_gain]. *)
Definition bistable_slope (b theta : R) : R := slope (softsign_sigmoid 1) 1 1 0 (1 / 2) b theta.

(** The slope is the derivative of the gain. *)
Lemma bistable_derivative (b x : R) : is_derive (bistable_gain b) x (bistable_slope b x).
Proof. apply C5_gain_derivative, softsign_is_odd_sigmoid. lra. Qed.

(** Left of the truth the slope is a sum of three reciprocals. *)
Lemma bistable_slope_reciprocals (b x : R) :
  0 <= x <= 1 / 2 -> 1 / 2 <= b ->
  bistable_slope b x = 2 - / (1 + x) - 2 * / (3 / 2 - x) + / (1 + b - x).
Proof.
  intros x_in b_in. unfold bistable_slope, slope.
  replace (x - 1 / 2) with (- (1 / 2 - x)) by ring. rewrite softsign_odd.
  rewrite !softsign_on_half_line by lra. field. lra.
Qed.

(** 1/x <= y if x > 0 and x y >= 1. *)
Lemma reciprocal_below (x y : R) : 0 < x -> 1 <= x * y -> / x <= y.
Proof.
  intros x_pos product. apply (Rmult_le_reg_l x); [exact x_pos |]. rewrite Rinv_r; lra.
Qed.

(** y <= 1/x if x > 0 and x y <= 1. *)
Lemma reciprocal_above (x y : R) : 0 < x -> x * y <= 1 -> y <= / x.
Proof.
  intros x_pos product. apply (Rmult_le_reg_l x); [exact x_pos |]. rewrite Rinv_r; lra.
Qed.

(** For b = 201/100 the slope on [0, 1/10] is at least 6/100 x - 2/1000. *)
Lemma bistable_slope_below (x : R) :
  0 <= x <= 1 / 10 -> 6 / 100 * x - 2 / 1000 <= bistable_slope (201 / 100) x.
Proof.
  intro x_in. rewrite bistable_slope_reciprocals by lra.
  pose proof (Rmult_le_pos x (1 / 10 - x) ltac:(lra) ltac:(lra)) as inside.
  pose proof (Rmult_le_pos x x ltac:(lra) ltac:(lra)) as square.
  assert (/ (1 + x) <= 1 - 10 / 11 * x) by (apply reciprocal_below; lra).
  assert (/ (3 / 2 - x) <= 2 / 3 + 10 / 21 * x) by (apply reciprocal_below; lra).
  assert (100 / 301 + 1 / 10 * x <= / (1 + 201 / 100 - x)) by (apply reciprocal_above; lra).
  lra.
Qed.

(** In the example the gain at 1/10 exceeds the gain at the left end. *)
Lemma bistable_gain_inside : bistable_gain (201 / 100) 0 < bistable_gain (201 / 100) (1 / 10).
Proof.
  set (excess := fun x => bistable_gain (201 / 100) x - (3 / 100 * (x * x) - 2 / 1000 * x)).
  assert (derivative : forall x, is_derive excess x
    (bistable_slope (201 / 100) x - (6 / 100 * x - 2 / 1000))).
  { intro x. apply @is_derive_minus; [apply bistable_derivative |].
    auto_derive; [trivial | field]. }
  destruct (mean_value excess _ derivative 0 (1 / 10) ltac:(lra)) as [c [c_in equal]].
  pose proof (bistable_slope_below c ltac:(lra)).
  pose proof (Rmult_le_pos (bistable_slope (201 / 100) c - (6 / 100 * c - 2 / 1000)) (1 / 10 - 0)
    ltac:(lra) ltac:(lra)).
  unfold excess in equal. lra.
Qed.

(** T3' is false: for softsign with scale 1 and (a, a1, b) = (0, 1/2, 201/100) the border condition
    2 sigma(A) <= sigma(b - a) holds strictly and the slope at a is negative, so that a is a local
    maximiser; but the global maximiser is another one, inside (a, a1). *)
Theorem T3prime_softsign :
  let G := gain (softsign_sigmoid 1) 1 1 0 (1 / 2) (201 / 100) in
  2 * softsign_sigmoid 1 (1 / 2 - 0) < softsign_sigmoid 1 (201 / 100 - 0) /\
  slope (softsign_sigmoid 1) 1 1 0 (1 / 2) (201 / 100) 0 < 0 /\
  local_maximiser G 0 (201 / 100) 0 /\
  ~ global_maximiser G 0 (201 / 100) 0 /\
  exists m, 0 < m < 1 / 2 /\ global_maximiser G 0 (201 / 100) m.
Proof.
  intro G. pose proof (softsign_is_odd_sigmoid 1 ltac:(lra)) as sigmoid.
  assert (falling : bistable_slope (201 / 100) 0 < 0) by (rewrite bistable_slope_reciprocals; lra).
  assert (not_best : ~ global_maximiser G 0 (201 / 100) 0).
  { intros [_ best]. pose proof (best (1 / 10) ltac:(lra)) as highest.
    pose proof bistable_gain_inside. unfold bistable_gain, G in *. lra. }
  split; [rewrite !softsign_on_half_line; lra |].
  split; [exact falling |]. split; [| split; [exact not_best |]].
  - apply (left_end_local_maximiser G 0 _ (bistable_slope (201 / 100) 0)); [lra | | exact falling].
    apply bistable_derivative.
  - destruct (gain_maximiser_exists _ sigmoid 1 1 0 (1 / 2) (201 / 100) ltac:(lra)) as [m m_best].
    exists m. split; [| exact m_best].
    apply (maximiser_critical (softsign_sigmoid 1) 0 (1 / 2) (201 / 100) m sigmoid);
      [lra | lra | intros -> | now apply global_is_local]. now apply not_best.
Qed.

(** * T4': calibrated weights on the whole line *)

(** The integral of softsign(1 - x) over [0, 1] is 1 - ln 2. *)
Lemma softsign_integral_plus : RInt (fun x => softsign_sigmoid 1 (1 - x)) 0 1 = 1 - ln 2.
Proof.
  transitivity (RInt (fun x => 1 - / (2 - x)) 0 1).
  - apply RInt_ext. rewrite Rmin_left, Rmax_right by lra. intros x x_in.
    rewrite softsign_on_half_line by lra. simpl. field. lra.
  - apply is_RInt_unique.
    replace (1 - ln 2) with (minus (1 + ln (2 - 1)) (0 + ln (2 - 0))).
    + apply (is_RInt_derive (fun x => x + ln (2 - x)));
        rewrite Rmin_left, Rmax_right by lra; intros x x_in.
      * auto_derive; [lra | field; lra].
      * apply (ex_derive_continuous (fun x => 1 - / (2 - x))). auto_derive. lra.
    + replace (2 - 1) with 1 by ring. replace (2 - 0) with 2 by ring. rewrite ln_1.
      unfold minus, plus, opp; simpl. ring.
Qed.

(** The integral of softsign(1 - x) over [1, 64] is 6 ln 2 - 63. *)
Lemma softsign_integral_minus :
  RInt (fun x => softsign_sigmoid 1 (1 - x)) 1 64 = 6 * ln 2 - 63.
Proof.
  transitivity (RInt (fun x => / x - 1) 1 64).
  - apply RInt_ext. rewrite Rmin_left, Rmax_right by lra. intros x x_in.
    replace (1 - x) with (- (x - 1)) by ring. rewrite softsign_odd.
    rewrite softsign_on_half_line by lra. simpl. field. lra.
  - apply is_RInt_unique.
    replace (6 * ln 2 - 63) with (minus (ln 64 - 64) (ln 1 - 1)).
    + apply (is_RInt_derive (fun x => ln x - x));
        rewrite Rmin_left, Rmax_right by lra; intros x x_in.
      * auto_derive; [lra | field; lra].
      * apply (ex_derive_continuous (fun x => / x - 1)). auto_derive. lra.
    + replace 64 with (2 ^ 6) at 1 by ring. rewrite ln_pow, ln_1 by lra.
      unfold minus, plus, opp; simpl. ring.
Qed.

(** Softsign is an integrable function of its sliding argument. *)
Lemma softsign_integrable (theta p q : R) :
  ex_RInt (fun x => softsign_sigmoid 1 (theta - x)) p q.
Proof.
  apply @ex_RInt_continuous. intros x _.
  apply (continuous_comp (fun x => theta - x) (softsign_sigmoid 1)).
  - apply @continuous_minus; [apply continuous_const | apply continuous_id].
  - apply (sigmoid_continuous _ (softsign_is_odd_sigmoid 1 ltac:(lra))).
Qed.

(** The gain at the truth in the example of T4' is less than 1951 + 1/2. *)
Lemma whole_line_gain_at_truth :
  gain (softsign_sigmoid 1) 63 32 0 1 64 1 < 1951 + 1 / 2.
Proof.
  unfold gain. rewrite softsign_integral_plus, softsign_integral_minus.
  pose proof ln_lt_2. lra.
Qed.

(** The gain far left in the example of T4' is more than 1951 + 1/2. *)
Lemma whole_line_gain_far_left :
  1951 + 1 / 2 < gain (softsign_sigmoid 1) 63 32 0 1 64 (- 1998).
Proof.
  assert (plus : -1 <= RInt (fun x => softsign_sigmoid 1 (- 1998 - x)) 0 1).
  { replace (-1) with (RInt (fun _ => - (1)) 0 1)
      by (rewrite RInt_const; unfold scal; simpl; unfold mult; simpl; ring).
    apply RInt_le; [lra | apply ex_RInt_const | apply softsign_integrable |]. intros x x_in.
    replace (- 1998 - x) with (- (1998 + x)) by ring. rewrite softsign_odd.
    rewrite softsign_on_half_line by lra.
    apply Ropp_le_contravar, Rle_div_l; lra. }
  assert (minus : RInt (fun x => softsign_sigmoid 1 (- 1998 - x)) 1 64 <= - (1999 / 2000) * 63).
  { replace (- (1999 / 2000) * 63) with (RInt (fun _ => - (1999 / 2000)) 1 64)
      by (rewrite RInt_const; unfold scal; simpl; unfold mult; simpl; field).
    apply RInt_le; [lra | apply softsign_integrable | apply ex_RInt_const |]. intros x x_in.
    replace (- 1998 - x) with (- (1998 + x)) by ring. rewrite softsign_odd.
    rewrite softsign_on_half_line by lra.
    apply Ropp_le_contravar. apply (Rle_div_r (1999 / 2000)); lra. }
  unfold gain. lra.
Qed.

(** T4' is false: for softsign with scale 1, (a, a1, b) = (0, 1, 64) and the calibrated weights 63
    and 32 the truth a1 = 1 is the only maximiser on [a, b], but the gain is larger at -1998. *)
Theorem T4prime_whole_line :
  let G := gain (softsign_sigmoid 1) 63 32 0 1 64 in
  63 * softsign_sigmoid 1 (1 - 0) = 32 * softsign_sigmoid 1 (64 - 1) /\
  only_maximiser G 0 64 1 /\ G 1 < G (- 1998).
Proof.
  intro G.
  assert (calibrated : 63 * softsign_sigmoid 1 (1 - 0) = 32 * softsign_sigmoid 1 (64 - 1))
    by (rewrite !softsign_on_half_line by lra; field).
  split; [exact calibrated |]. split.
  - apply T4_calibrated_weights; try lra. apply softsign_is_odd_sigmoid. lra.
  - unfold G. pose proof whole_line_gain_at_truth. pose proof whole_line_gain_far_left. lra.
Qed.
