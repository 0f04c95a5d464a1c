(** The focal loss and the asymmetric loss (ASL) are half losses, so that Theorem M decides them.

    Both are functions of the probability q of the wrong class, q = 1/(1 + exp(m/T)), which is
    (1 - x)/2 for the squashed score x = tanh(m/(2T)).  As functions of x they are powers of a
    hinge times a logarithm, all convex, non-increasing and not negative; products of such losses
    are such losses.  As functions of m they need not be convex, but they are half losses. *)
From Coq Require Import Reals Lra FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From Lossbook Require Import Calculus Sigmoid Gain EqualDrops Losses Tanh HalfConvex.
Open Scope R_scope.

(** * Products and logarithms of convex losses *)

(** A function is not negative on (-1, 1). *)
Definition nonnegative_loss (phi : R -> R) : Prop := forall m, - 1 < m < 1 -> 0 <= phi m.

(** The product of two convex margin losses that are not negative is one. *)
Lemma margin_loss_product (phi psi : R -> R) :
  margin_loss phi -> margin_loss psi -> nonnegative_loss phi -> nonnegative_loss psi ->
  margin_loss (fun m => phi m * psi m).
Proof.
  intros phi_loss psi_loss phi_nonneg psi_nonneg. split.
  - intros x m y x_in x_m m_y y_in.
    pose proof (loss_convex _ phi_loss x m y x_in x_m m_y y_in) as phi_below.
    pose proof (loss_convex _ psi_loss x m y x_in x_m m_y y_in) as psi_below.
    pose proof (loss_nonincreasing _ phi_loss x y x_in ltac:(lra) y_in).
    pose proof (loss_nonincreasing _ psi_loss x y x_in ltac:(lra) y_in).
    pose proof (phi_nonneg m ltac:(lra)). pose proof (psi_nonneg m ltac:(lra)).
    pose proof (Rmult_le_compat ((y - x) * phi m) _ ((y - x) * psi m) _
      ltac:(apply Rmult_le_pos; lra) ltac:(apply Rmult_le_pos; lra) phi_below psi_below) as both.
    assert (0 <= (y - m) * (m - x) * ((phi x - phi y) * (psi x - psi y)))
      by (repeat apply Rmult_le_pos; lra).
    apply (Rmult_le_reg_l (y - x)); lra.
  - intros x y x_in x_y y_in. apply Rmult_le_compat.
    + apply phi_nonneg. lra.
    + apply psi_nonneg. lra.
    + now apply (loss_nonincreasing _ phi_loss).
    + now apply (loss_nonincreasing _ psi_loss).
Qed.

(** Each power of a convex margin loss that is not negative is one, and not negative. *)
Lemma margin_loss_power (phi : R -> R) (n : nat) :
  margin_loss phi -> nonnegative_loss phi ->
  margin_loss (fun m => phi m ^ n) /\ nonnegative_loss (fun m => phi m ^ n).
Proof.
  intros is_loss is_nonneg. split; [| intros m m_in; apply pow_le, is_nonneg, m_in].
  induction n as [| n power].
  - split; intros; simpl; lra.
  - apply margin_loss_product; auto. intros m m_in. apply pow_le, is_nonneg, m_in.
Qed.

(** ln(u) <= u - 1 for u > 0. *)
Lemma ln_below_tangent (u : R) : 0 < u -> ln u <= u - 1.
Proof. intro u_pos. pose proof (exp_ineq1_le (ln u)) as above. rewrite exp_ln in above; lra. Qed.

(** For z < 1 and z' < 1 the function -ln(1 - z) is above its tangent at z'. *)
Lemma log_above_tangent (z z' : R) :
  z < 1 -> z' < 1 -> (z - z') <= (1 - z') * (- ln (1 - z) - - ln (1 - z')).
Proof.
  intros z_in z'_in.
  pose proof (ln_below_tangent ((1 - z) / (1 - z')) ltac:(apply Rdiv_lt_0_compat; lra)) as below.
  rewrite ln_div in below by lra. apply (Rmult_le_compat_l (1 - z')) in below; [| lra].
  replace ((1 - z') * ((1 - z) / (1 - z') - 1)) with (z' - z) in below by (field; lra). lra.
Qed.

(** If z is a convex margin loss with values in [0, 1), then so is -ln(1 - z), and it is not
    negative. *)
Lemma margin_loss_log (z : R -> R) :
  margin_loss z -> (forall m, - 1 < m < 1 -> 0 <= z m < 1) ->
  margin_loss (fun m => - ln (1 - z m)) /\ nonnegative_loss (fun m => - ln (1 - z m)).
Proof.
  intros is_loss range. split; [split |].
  - intros x m y x_in x_m m_y y_in.
    pose proof (range x ltac:(lra)). pose proof (range m ltac:(lra)).
    pose proof (range y ltac:(lra)).
    pose proof (log_above_tangent (z x) (z m) ltac:(lra) ltac:(lra)) as at_x.
    pose proof (log_above_tangent (z y) (z m) ltac:(lra) ltac:(lra)) as at_y.
    pose proof (loss_convex _ is_loss x m y x_in x_m m_y y_in).
    apply (Rmult_le_compat_l (y - m)) in at_x; [| lra].
    apply (Rmult_le_compat_l (m - x)) in at_y; [| lra].
    apply (Rmult_le_reg_l (1 - z m)); lra.
  - intros x y x_in x_y y_in. pose proof (loss_nonincreasing _ is_loss x y x_in x_y y_in).
    pose proof (range x ltac:(lra)). apply Ropp_le_contravar, ln_le; lra.
  - intros m m_in. pose proof (range m m_in). pose proof (ln_below_tangent (1 - z m) ltac:(lra)).
    lra.
Qed.

(** * The two losses *)

(** The asymmetric loss with exponent n, clip c and temperature T: z^n (-ln(1 - z)) where
    z = max(0, q - c) and q = 1/(1 + exp(m/T)) is the probability of the wrong class. *)
Definition asymmetric_loss (n : nat) (c T m : R) : R :=
  Rmax 0 (/ (1 + exp (m / T)) - c) ^ n * - ln (1 - Rmax 0 (/ (1 + exp (m / T)) - c)).

(** The focal loss with exponent n and temperature T: (1 - p)^n (-ln p) where
    p = 1/(1 + exp(-m/T)) is the probability of the right class. *)
Definition focal_loss (n : nat) (T m : R) : R :=
  (1 - / (1 + exp (- m / T))) ^ n * - ln (/ (1 + exp (- m / T))).

(** The clipped probability of the wrong class as a function of the squashed score. *)
Definition clipped_miss (c x : R) : R := Rmax 0 ((1 - x) / 2 - c).

(** The asymmetric loss as a function of the squashed score. *)
Definition squashed_asymmetric (n : nat) (c x : R) : R :=
  clipped_miss c x ^ n * - ln (1 - clipped_miss c x).

(** The probability of the wrong class is (1 - tanh(m/(2T)))/2. *)
Lemma miss_by_tanh (T m : R) :
  0 < T -> / (1 + exp (m / T)) = (1 - tanh_sigmoid (2 * T) m) / 2.
Proof.
  intro T_pos. unfold tanh_sigmoid, tanh, sinh, cosh.
  replace (m / T) with (m / (2 * T) + m / (2 * T)) by (field; lra).
  rewrite exp_plus, exp_Ropp. pose proof (exp_pos (m / (2 * T))).
  field. repeat split; try lra. pose proof (Rmult_lt_0_compat (exp (m / (2 * T)))
    (exp (m / (2 * T)))). lra.
Qed.

(** For c >= 0 the clipped probability lies in [0, 1). *)
Lemma clipped_miss_range (c x : R) : 0 <= c -> - 1 < x < 1 -> 0 <= clipped_miss c x < 1.
Proof.
  intros c_nonneg x_in. unfold clipped_miss. split; [apply Rmax_l | apply Rmax_lub_lt; lra].
Qed.

(** The clipped probability is half a hinge, hence a convex margin loss. *)
Lemma clipped_miss_is_margin_loss (c : R) : margin_loss (clipped_miss c).
Proof.
  pose proof (margin_loss_weighted _ (1 / 2) ltac:(lra) (hinge_is_margin_loss (1 - 2 * c))) as half.
  assert (same : forall x, clipped_miss c x = 1 / 2 * hinge (1 - 2 * c) x).
  { intro x. unfold clipped_miss, hinge. rewrite <- RmaxRmult by lra. f_equal; lra. }
  split; intros; rewrite !same; [apply (loss_convex _ half) | apply (loss_nonincreasing _ half)];
    assumption.
Qed.

(** As a function of the squashed score the asymmetric loss is a convex margin loss. *)
Lemma squashed_asymmetric_is_margin_loss (n : nat) (c : R) :
  0 <= c -> margin_loss (squashed_asymmetric n c).
Proof.
  intro c_nonneg. pose proof (clipped_miss_is_margin_loss c) as is_loss.
  pose proof (fun m => clipped_miss_range c m c_nonneg) as range.
  destruct (margin_loss_power (clipped_miss c) n is_loss (fun m m_in => proj1 (range m m_in))).
  destruct (margin_loss_log (clipped_miss c) is_loss range). now apply margin_loss_product.
Qed.

(** The asymmetric loss is a half loss, for every exponent n = 0, 1, 2, ..., every clip c >= 0 and
    every temperature T > 0. *)
Theorem asymmetric_is_half (n : nat) (c T : R) :
  0 <= c -> 0 < T -> half_loss (asymmetric_loss n c T).
Proof.
  intros c_nonneg T_pos.
  pose proof (half_of_squashed (tanh_sigmoid (2 * T)) (squashed_asymmetric n c)
    (tanh_is_odd_sigmoid (2 * T) ltac:(lra))
    (convex_is_half _ (squashed_asymmetric_is_margin_loss n c c_nonneg))) as is_half.
  assert (same : forall m, asymmetric_loss n c T m
    = squashed_asymmetric n c (tanh_sigmoid (2 * T) m))
    by (intro m; unfold asymmetric_loss; now rewrite !miss_by_tanh).
  split; [split | |]; intros; rewrite ?same.
  - now apply (right_convex _ (half_on_right _ is_half)).
  - now apply (right_nonincreasing _ (half_on_right _ is_half)).
  - now apply (half_balanced _ is_half).
  - apply (continuous_ext (fun m => squashed_asymmetric n c (tanh_sigmoid (2 * T) m))).
    + intro t. symmetry. apply same.
    + now apply (half_continuous _ is_half).
Qed.

(** With a clip below 1/2 the asymmetric loss tells right from wrong. *)
Lemma asymmetric_tells (n : nat) (c T : R) :
  0 <= c < 1 / 2 -> 0 < T -> tells_right_from_wrong (asymmetric_loss n c T).
Proof.
  intros c_in T_pos m m_in. pose proof (tanh_is_odd_sigmoid (2 * T) ltac:(lra)) as squash.
  unfold asymmetric_loss. rewrite !miss_by_tanh, (sigmoid_odd _ squash) by exact T_pos.
  pose proof (sigmoid_positive _ squash m ltac:(lra)) as x_pos.
  pose proof (sigmoid_below_one _ squash m) as x_in. set (x := tanh_sigmoid (2 * T) m) in *.
  fold (clipped_miss c x). fold (clipped_miss c (- x)).
  pose proof (clipped_miss_range c x ltac:(lra) ltac:(lra)) as right.
  pose proof (clipped_miss_range c (- x) ltac:(lra) ltac:(lra)) as wrong.
  assert (order : clipped_miss c x < clipped_miss c (- x)).
  { unfold clipped_miss at 2. rewrite Rmax_right by lra. apply Rmax_lub_lt; lra. }
  set (z := clipped_miss c x) in *. set (z' := clipped_miss c (- x)) in *.
  pose proof (ln_increasing (1 - z') (1 - z) ltac:(lra) ltac:(lra)) as logs.
  pose proof (ln_below_tangent (1 - z) ltac:(lra)).
  apply Rle_lt_trans with (z' ^ n * - ln (1 - z)).
  - apply Rmult_le_compat_r; [lra |]. apply pow_incr. lra.
  - apply Rmult_lt_compat_l; [apply pow_lt |]; lra.
Qed.

(** The focal loss is the asymmetric loss without a clip. *)
Lemma focal_is_asymmetric (n : nat) (T m : R) : 0 < T -> focal_loss n T m = asymmetric_loss n 0 T m.
Proof.
  intro T_pos. unfold focal_loss, asymmetric_loss.
  pose proof (exp_pos (m / T)) as pos. pose proof (Rinv_0_lt_compat (1 + exp (m / T)) ltac:(lra)).
  rewrite Rmax_right by lra.
  replace (/ (1 + exp (- m / T))) with (1 - (/ (1 + exp (m / T)) - 0)).
  - f_equal. f_equal. ring.
  - replace (- m / T) with (- (m / T)) by (field; lra). rewrite exp_Ropp. field. lra.
Qed.

(** * Calibrated weights for both *)

(** T10 for the asymmetric loss: with any exponents 0, 1, 2, ..., clips below 1/2, temperatures and
    class weights, the truth is the only minimiser exactly when both classes drop equally. *)
Theorem T10_asymmetric (sigma : R -> R) (n n' : nat) (c c' T T' w_plus w_minus a a1 b : R) :
  odd_sigmoid sigma -> 0 <= c < 1 / 2 -> 0 <= c' < 1 / 2 -> 0 < T -> 0 < T' ->
  0 < w_plus -> 0 < w_minus -> a < a1 -> a1 < b ->
  only_minimiser (risk sigma (fun m => w_plus * asymmetric_loss n c T m)
    (fun m => w_minus * asymmetric_loss n' c' T' m) a a1 b) a b a1
  <-> w_plus * drop sigma (asymmetric_loss n c T) (a1 - a)
      = w_minus * drop sigma (asymmetric_loss n' c' T') (b - a1).
Proof.
  intros sigmoid c_in c'_in T_pos T'_pos plus_pos minus_pos a_a1 a1_b. rewrite <- !drop_weighted.
  apply M_half_convex; auto using half_weighted, tells_weighted, asymmetric_tells;
    apply half_weighted; auto; apply asymmetric_is_half; lra.
Qed.

(** The focal loss is a half loss and tells right from wrong. *)
Lemma focal_is_half (n : nat) (T : R) :
  0 < T -> half_loss (focal_loss n T) /\ tells_right_from_wrong (focal_loss n T).
Proof.
  intro T_pos. pose proof (focal_is_asymmetric n T) as same.
  replace (focal_loss n T) with (asymmetric_loss n 0 T).
  - split; [apply asymmetric_is_half | apply asymmetric_tells]; lra.
  - apply functional_extensionality. intro m. symmetry. auto.
Qed.

(** T10 for the focal loss: with any exponent n = 0, 1, 2, ..., temperature and class weights, the
    truth is the only minimiser exactly when w_plus F(A) = w_minus F(B). *)
Theorem T10_focal (sigma : R -> R) (n : nat) (T w_plus w_minus a a1 b : R) :
  odd_sigmoid sigma -> 0 < T -> 0 < w_plus -> 0 < w_minus -> a < a1 -> a1 < b ->
  only_minimiser (risk sigma (fun m => w_plus * focal_loss n T m)
    (fun m => w_minus * focal_loss n T m) a a1 b) a b a1
  <-> w_plus * drop sigma (focal_loss n T) (a1 - a)
      = w_minus * drop sigma (focal_loss n T) (b - a1).
Proof.
  intros. apply T10_half_convex; auto; now apply focal_is_half.
Qed.
