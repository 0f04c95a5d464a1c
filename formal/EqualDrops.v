(** Equal drops (Theorem M): which pairs of convex margin losses have the truth as their minimiser.

    A margin loss of the score sigma(u) drops by F(u) = phi(0) - phi(sigma(u)) from the border
    u = 0 on.  With a loss for each class the slope of the risk is a sum of four drops.  Theorem M:
    the truth a1 is the only minimiser exactly when both classes drop equally,
    F_plus(A) = F_minus(B), and otherwise every local minimiser lies on the side of the class with
    the smaller drop.  The file goes from abstract drop functions to losses and their risk. *)
From Coq Require Import Reals Lra.
From Coquelicot Require Import Coquelicot.
From Lossbook Require Import Calculus Sigmoid Gain.
Open Scope R_scope.

(** * Drop functions *)

(** A drop function: zero at 0, concave on the half line, and losing at least as much at -t as it
    gains at t. *)
Record drop_function (F : R -> R) : Prop := {
  drop_zero : F 0 = 0;
  drop_concave : forall x m y, 0 <= x -> x < m -> m < y ->
    (y - m) * F x + (m - x) * F y <= (y - x) * F m;
  drop_odd_bound : forall t, 0 <= t -> F t <= - F (- t) }.

(** A function is bent at 0 if it is linear on no interval [0, eta]. *)
Definition bent (F : R -> R) : Prop :=
  forall eta, 0 < eta -> exists z, 0 < z < eta /\ z * F eta < eta * F z.

(** Drop functions are nowhere below their chords from 0: F(v)/v <= F(u)/u for 0 < u < v. *)
Lemma drop_chord_le (F : R -> R) (u v : R) :
  drop_function F -> 0 < u -> u < v -> u * F v <= v * F u.
Proof.
  intros is_drop u_pos u_v. pose proof (drop_concave _ is_drop 0 u v ltac:(lra) u_pos u_v) as above.
  rewrite (drop_zero _ is_drop) in above. lra.
Qed.

(** A bent drop function lies strictly above its chords: F(v)/v < F(u)/u for 0 < u < v. *)
Lemma drop_chord (F : R -> R) (u v : R) :
  drop_function F -> bent F -> 0 < u -> u < v -> u * F v < v * F u.
Proof.
  intros is_drop is_bent u_pos u_v. destruct (is_bent u u_pos) as [z [z_in strict]].
  pose proof (drop_concave _ is_drop z u v ltac:(lra) ltac:(lra) u_v) as above.
  apply (Rmult_le_compat_l u) in above; [| lra].
  apply (Rmult_lt_compat_l (v - u)) in strict; [| lra].
  apply (Rmult_lt_reg_l (u - z)); lra.
Qed.

(** Drop functions are subadditive: F(u + v) <= F(u) + F(v) for u, v >= 0. *)
Lemma drop_subadditive_le (F : R -> R) (u v : R) :
  drop_function F -> 0 <= u -> 0 <= v -> F (u + v) <= F u + F v.
Proof.
  intros is_drop u_nonneg v_nonneg. pose proof (drop_zero _ is_drop) as zero.
  destruct (Rle_lt_or_eq_dec 0 u u_nonneg) as [u_pos | <-]; [| rewrite Rplus_0_l; lra].
  destruct (Rle_lt_or_eq_dec 0 v v_nonneg) as [v_pos | <-]; [| rewrite Rplus_0_r; lra].
  pose proof (drop_chord_le F u (u + v) is_drop u_pos ltac:(lra)) as from_u.
  pose proof (drop_chord_le F v (u + v) is_drop v_pos ltac:(lra)) as from_v.
  apply (Rmult_le_reg_l (u + v)); lra.
Qed.

(** Bent drop functions are strictly subadditive: F(u + v) < F(u) + F(v) for u, v > 0. *)
Lemma drop_subadditive (F : R -> R) (u v : R) :
  drop_function F -> bent F -> 0 < u -> 0 < v -> F (u + v) < F u + F v.
Proof.
  intros is_drop is_bent u_pos v_pos.
  pose proof (drop_chord F u (u + v) is_drop is_bent u_pos ltac:(lra)) as from_u.
  pose proof (drop_chord F v (u + v) is_drop is_bent v_pos ltac:(lra)) as from_v.
  apply (Rmult_lt_reg_l (u + v)); lra.
Qed.

(** The slope of a risk, written with the drops of both classes. *)
Definition drop_slope (F_plus F_minus : R -> R) (a a1 b theta : R) : R :=
  F_plus (theta - a1) - F_plus (theta - a) + F_minus (b - theta) - F_minus (a1 - theta).

(** Reflecting the line and exchanging the classes changes the sign of the slope. *)
Lemma drop_slope_mirror (F_plus F_minus : R -> R) (a a1 b theta : R) :
  drop_slope F_plus F_minus a a1 b theta = - drop_slope F_minus F_plus (- b) (- a1) (- a) (- theta).
Proof.
  unfold drop_slope. replace (- theta - - a1) with (a1 - theta) by ring.
  replace (- theta - - b) with (b - theta) by ring.
  replace (- a - - theta) with (theta - a) by ring.
  replace (- a1 - - theta) with (theta - a1) by ring. ring.
Qed.

(** At the truth the slope is F_minus(B) - F_plus(A). *)
Lemma drop_slope_at_truth (F_plus F_minus : R -> R) (a a1 b : R) :
  F_plus 0 = 0 -> F_minus 0 = 0 ->
  drop_slope F_plus F_minus a a1 b a1 = F_minus (b - a1) - F_plus (a1 - a).
Proof.
  intros plus_zero minus_zero. unfold drop_slope. replace (a1 - a1) with 0 by ring. lra.
Qed.

(** Right of the truth the slope exceeds its value there by at least what subadditivity of the
    positive drop leaves. *)
Lemma drop_slope_excess (F_plus F_minus : R -> R) (a a1 b theta : R) :
  drop_function F_minus -> a1 <= theta <= b ->
  F_minus (b - a1) - F_plus (a1 - a)
  + (F_plus (a1 - a) + F_plus (theta - a1) - F_plus (a1 - a + (theta - a1)))
  <= drop_slope F_plus F_minus a a1 b theta.
Proof.
  intros minus_drop theta_in. unfold drop_slope.
  pose proof (drop_subadditive_le F_minus (theta - a1) (b - theta) minus_drop
    ltac:(lra) ltac:(lra)) as minus.
  pose proof (drop_odd_bound _ minus_drop (theta - a1) ltac:(lra)) as odd_bound.
  replace (theta - a1 + (b - theta)) with (b - a1) in minus by ring.
  replace (- (theta - a1)) with (a1 - theta) in odd_bound by ring.
  replace (a1 - a + (theta - a1)) with (theta - a) by ring. lra.
Qed.

(** M, right side, weak: on [a1, b] the slope is at least its value at the truth. *)
Lemma M_slope_right_le (F_plus F_minus : R -> R) (a a1 b theta : R) :
  drop_function F_plus -> drop_function F_minus -> a <= a1 -> a1 <= theta <= b ->
  F_minus (b - a1) - F_plus (a1 - a) <= drop_slope F_plus F_minus a a1 b theta.
Proof.
  intros plus_drop minus_drop a_a1 theta_in.
  pose proof (drop_slope_excess F_plus F_minus a a1 b theta minus_drop theta_in).
  pose proof (drop_subadditive_le F_plus (a1 - a) (theta - a1) plus_drop ltac:(lra) ltac:(lra)).
  lra.
Qed.

(** M, right side: if the positive drop is bent, then on (a1, b] the slope is above its value at
    the truth. *)
Lemma M_slope_right (F_plus F_minus : R -> R) (a a1 b theta : R) :
  drop_function F_plus -> drop_function F_minus -> bent F_plus -> a < a1 -> a1 < theta <= b ->
  F_minus (b - a1) - F_plus (a1 - a) < drop_slope F_plus F_minus a a1 b theta.
Proof.
  intros plus_drop minus_drop plus_bent a_a1 theta_in.
  pose proof (drop_slope_excess F_plus F_minus a a1 b theta minus_drop ltac:(lra)).
  pose proof (drop_subadditive F_plus (a1 - a) (theta - a1) plus_drop plus_bent
    ltac:(lra) ltac:(lra)). lra.
Qed.

(** M, left side, weak: on [a, a1] the slope is at most its value at the truth. *)
Lemma M_slope_left_le (F_plus F_minus : R -> R) (a a1 b theta : R) :
  drop_function F_plus -> drop_function F_minus -> a1 <= b -> a <= theta <= a1 ->
  drop_slope F_plus F_minus a a1 b theta <= F_minus (b - a1) - F_plus (a1 - a).
Proof.
  intros plus_drop minus_drop a1_b theta_in. rewrite drop_slope_mirror.
  pose proof (M_slope_right_le F_minus F_plus (- b) (- a1) (- a) (- theta) minus_drop plus_drop
    ltac:(lra) ltac:(lra)) as mirror.
  replace (- a - - a1) with (a1 - a) in mirror by ring.
  replace (- a1 - - b) with (b - a1) in mirror by ring. lra.
Qed.

(** M, left side: if the negative drop is bent, then on [a, a1) the slope is below its value at
    the truth. *)
Lemma M_slope_left (F_plus F_minus : R -> R) (a a1 b theta : R) :
  drop_function F_plus -> drop_function F_minus -> bent F_minus -> a1 < b -> a <= theta < a1 ->
  drop_slope F_plus F_minus a a1 b theta < F_minus (b - a1) - F_plus (a1 - a).
Proof.
  intros plus_drop minus_drop minus_bent a1_b theta_in. rewrite drop_slope_mirror.
  pose proof (M_slope_right F_minus F_plus (- b) (- a1) (- a) (- theta) minus_drop plus_drop
    minus_bent ltac:(lra) ltac:(lra)) as mirror.
  replace (- a - - a1) with (a1 - a) in mirror by ring.
  replace (- a1 - - b) with (b - a1) in mirror by ring. lra.
Qed.

(** M, the slope: for two bent drop functions, L'(a1) = F_minus(B) - F_plus(A), L' > L'(a1) on
    (a1, b] and L' < L'(a1) on [a, a1). *)
Theorem M_slope (F_plus F_minus : R -> R) (a a1 b : R) :
  drop_function F_plus -> drop_function F_minus -> bent F_plus -> bent F_minus ->
  a < a1 -> a1 < b ->
  let slope_at := drop_slope F_plus F_minus a a1 b in
  slope_at a1 = F_minus (b - a1) - F_plus (a1 - a) /\
  (forall theta, a1 < theta <= b -> slope_at a1 < slope_at theta) /\
  (forall theta, a <= theta < a1 -> slope_at theta < slope_at a1).
Proof.
  intros plus_drop minus_drop plus_bent minus_bent a_a1 a1_b slope_at.
  assert (centre : slope_at a1 = F_minus (b - a1) - F_plus (a1 - a))
    by (apply drop_slope_at_truth; now apply drop_zero).
  split; [exact centre |]. rewrite centre. split; intros theta theta_in.
  - now apply M_slope_right.
  - now apply M_slope_left.
Qed.

(** * Convex margin losses *)

(** A convex margin loss: convex and non-increasing in the margin on (-1, 1). *)
Record margin_loss (phi : R -> R) : Prop := {
  loss_convex : forall x m y, - 1 < x -> x < m -> m < y -> y < 1 ->
    (y - x) * phi m <= (y - m) * phi x + (m - x) * phi y;
  loss_nonincreasing : forall x y, - 1 < x -> x <= y -> y < 1 -> phi y <= phi x }.

(** A loss is convex on the right if among the margins of right answers, on [0, 1), it is convex and
    non-increasing. *)
Record convex_on_right (phi : R -> R) : Prop := {
  right_convex : forall x m y, 0 <= x -> x < m -> m < y -> y < 1 ->
    (y - x) * phi m <= (y - m) * phi x + (m - x) * phi y;
  right_nonincreasing : forall x y, 0 <= x -> x <= y -> y < 1 -> phi y <= phi x }.

(** A loss tells right from wrong if a right answer always costs less than the wrong answer at the
    same distance from 0. *)
Definition tells_right_from_wrong (phi : R -> R) : Prop :=
  forall m, 0 < m < 1 -> phi m < phi (- m).

(** A loss rewards right answers if some positive margin costs less than the margin 0. *)
Definition rewards_right (phi : R -> R) : Prop := exists m, 0 < m < 1 /\ phi m < phi 0.

(** The drop of a loss: F(u) = phi(0) - phi(sigma(u)). *)
Definition drop (sigma phi : R -> R) (u : R) : R := phi 0 - phi (sigma u).

Section ConvexLoss.
Variable phi : R -> R.
Hypothesis is_loss : margin_loss phi.

(** Around x the loss changes at most at the rate of its chord from p < x to x. *)
Lemma loss_change (p x y : R) :
  - 1 < p -> p < x -> x < 1 -> p < y < 1 ->
  (x - p) * Rabs (phi y - phi x) <= Rabs (y - x) * (phi p - phi x).
Proof.
  intros p_in p_x x_in y_in. destruct (Rtotal_order y x) as [left | [-> | right]].
  - pose proof (loss_convex _ is_loss p y x p_in ltac:(lra) left x_in).
    pose proof (loss_nonincreasing _ is_loss y x ltac:(lra) ltac:(lra) x_in).
    rewrite Rabs_pos_eq, Rabs_left by lra. lra.
  - rewrite !Rminus_eq_0, Rabs_R0. lra.
  - pose proof (loss_convex _ is_loss p x y p_in p_x right ltac:(lra)).
    pose proof (loss_nonincreasing _ is_loss x y ltac:(lra) ltac:(lra) ltac:(lra)).
    rewrite (Rabs_pos_eq (y - x)), Rabs_left1 by lra. lra.
Qed.

(** A convex margin loss is continuous on (-1, 1). *)
Lemma loss_continuous (x : R) : - 1 < x < 1 -> continuous phi x.
Proof.
  intro x_in. apply continuity_pt_filterlim. intros eps eps_pos.
  set (p := (x - 1) / 2). assert (p_in : - 1 < p < x) by (unfold p; lra).
  pose proof (loss_nonincreasing _ is_loss p x ltac:(lra) ltac:(lra) ltac:(lra)) as falls.
  set (d := eps * (x - p) / (phi p - phi x + 1)).
  assert (d_pos : 0 < d).
  { unfold d. apply Rdiv_lt_0_compat; [apply Rmult_lt_0_compat; lra | lra]. }
  exists (Rmin d (Rmin (x - p) (1 - x))). split.
  { repeat apply Rmin_case; lra. }
  intros y [_ y_near]. simpl in *. unfold R_dist in *.
  pose proof (Rmin_l d (Rmin (x - p) (1 - x))). pose proof (Rmin_r d (Rmin (x - p) (1 - x))).
  pose proof (Rmin_l (x - p) (1 - x)). pose proof (Rmin_r (x - p) (1 - x)).
  pose proof (Rabs_def2 (y - x) (Rmin d (Rmin (x - p) (1 - x))) y_near).
  pose proof (loss_change p x y ltac:(lra) ltac:(lra) ltac:(lra) ltac:(lra)) as change.
  assert (room : d * (phi p - phi x + 1) = eps * (x - p)) by (unfold d; field; lra).
  assert (Rabs (y - x) * (phi p - phi x + 1) < d * (phi p - phi x + 1))
    by (apply Rmult_lt_compat_r; lra).
  pose proof (Rabs_pos (y - x)). apply (Rmult_lt_reg_l (x - p)); lra.
Qed.

(** A convex margin loss is convex on the right. *)
Lemma loss_on_right : convex_on_right phi.
Proof.
  split; intros; [apply (loss_convex _ is_loss) | apply (loss_nonincreasing _ is_loss)]; lra.
Qed.

End ConvexLoss.

Section RightLoss.
Variable phi : R -> R.
Hypothesis on_right : convex_on_right phi.

(** Where the loss has not yet reached its value at some later margin, it falls strictly. *)
Lemma loss_falls_from (x y m : R) :
  0 <= x -> x < y -> y < 1 -> x < m < 1 -> phi m < phi x -> phi y < phi x.
Proof.
  intros x_in x_y y_in m_in less. destruct (Rle_lt_dec m y) as [beyond | before].
  - pose proof (right_nonincreasing _ on_right m y ltac:(lra) beyond y_in). lra.
  - pose proof (right_convex _ on_right x y m x_in x_y before ltac:(lra)) as below.
    apply (Rmult_lt_compat_l (y - x)) in less; [| lra].
    apply (Rmult_lt_reg_l (m - x)); lra.
Qed.

(** A loss that rewards right answers does so at every positive margin. *)
Lemma reward_everywhere (x : R) : rewards_right phi -> 0 < x < 1 -> phi x < phi 0.
Proof.
  intros [m [m_in less]] x_in. apply (loss_falls_from 0 x m); lra.
Qed.

(** A loss that is at some positive margin as large as at 0 is constant on [0, 1). *)
Lemma flat_from_one_point (x y : R) : 0 < x < 1 -> phi x = phi 0 -> 0 <= y < 1 -> phi y = phi 0.
Proof.
  intros x_in same y_in.
  pose proof (right_nonincreasing _ on_right 0 y ltac:(lra) ltac:(lra) ltac:(lra)) as below.
  destruct (Rle_lt_or_eq_dec _ _ below) as [less | equal]; [exfalso | exact equal].
  destruct (Rle_lt_or_eq_dec 0 y ltac:(lra)) as [y_pos | <-]; [| lra].
  pose proof (loss_falls_from 0 x y ltac:(lra) ltac:(lra) ltac:(lra) ltac:(lra) less). lra.
Qed.

(** A loss that rewards right answers is strictly decreasing next to 0. *)
Lemma loss_falls_next_to_zero :
  continuous phi 0 -> rewards_right phi ->
  exists eps, 0 < eps < 1 /\ forall x y, 0 <= x -> x < eps -> x < y -> y < 1 -> phi y < phi x.
Proof.
  intros at_zero [m [m_in less]].
  destruct (proj1 (filterlim_locally _ _) at_zero (mkposreal (phi 0 - phi m) ltac:(lra)))
    as [d close].
  pose proof (cond_pos d) as d_pos. exists (Rmin d m).
  pose proof (Rmin_l d m). pose proof (Rmin_r d m).
  split; [split; [now apply Rmin_case | lra] |].
  intros x y x_nonneg x_small x_y y_in.
  assert (near : Rabs (phi x - phi 0) < phi 0 - phi m).
  { apply close. apply Rabs_def1; unfold minus, plus, opp; simpl; lra. }
  apply Rabs_def2 in near. apply (loss_falls_from x y m); lra.
Qed.

Variable sigma : R -> R.
Hypothesis sigmoid : odd_sigmoid sigma.

(** The drop does not decrease on the half line. *)
Lemma drop_monotone (u v : R) : 0 <= u -> u <= v -> drop sigma phi u <= drop sigma phi v.
Proof.
  intros u_nonneg order. pose proof (right_nonincreasing _ on_right (sigma u) (sigma v)
    (sigmoid_nonneg sigma sigmoid u u_nonneg) (sigmoid_monotone sigma sigmoid u v order)
    (sigmoid_below_one sigma sigmoid v)).
  unfold drop. lra.
Qed.

(** The drop is not negative on the half line. *)
Lemma drop_nonneg (u : R) : 0 <= u -> 0 <= drop sigma phi u.
Proof.
  intro u_nonneg. pose proof (drop_monotone 0 u (Rle_refl 0) u_nonneg) as order.
  unfold drop in order at 1. rewrite (sigmoid_zero sigma sigmoid) in order. lra.
Qed.

(** The drop of a loss that rewards right answers is positive on the positive half line. *)
Lemma drop_positive (u : R) : rewards_right phi -> 0 < u -> 0 < drop sigma phi u.
Proof.
  intros rewards u_pos. pose proof (reward_everywhere (sigma u) rewards
    (conj (sigmoid_positive sigma sigmoid u u_pos) (sigmoid_below_one sigma sigmoid u))).
  unfold drop. lra.
Qed.

(** A positive drop at some u > 0 shows that the loss rewards right answers. *)
Lemma reward_from_drop (u : R) : 0 < u -> 0 < drop sigma phi u -> rewards_right phi.
Proof.
  intros u_pos dropped. exists (sigma u). unfold drop in dropped. split; [| lra]. split.
  - now apply sigmoid_positive.
  - now apply sigmoid_below_one.
Qed.

(** A loss without a drop at some u > 0 is constant on [0, 1). *)
Lemma flat_from_drop (u m : R) : 0 < u -> drop sigma phi u = 0 -> 0 <= m < 1 -> phi m = phi 0.
Proof.
  intros u_pos no_drop. unfold drop in no_drop. apply (flat_from_one_point (sigma u)); [| lra].
  split; [now apply sigmoid_positive | now apply sigmoid_below_one].
Qed.

(** The drop is concave on the half line. *)
Lemma drop_of_loss_concave (x m y : R) :
  0 <= x -> x < m -> m < y ->
  (y - m) * drop sigma phi x + (m - x) * drop sigma phi y <= (y - x) * drop sigma phi m.
Proof.
  intros x_nonneg x_m m_y. unfold drop.
  pose proof (sigmoid_nonneg sigma sigmoid x x_nonneg) as X_in.
  pose proof (sigmoid_below_one sigma sigmoid y) as Y_in.
  pose proof (sigmoid_below_one sigma sigmoid m) as M_in.
  pose proof (sigmoid_increasing _ sigmoid x y ltac:(lra)) as X_Y.
  pose proof (sigmoid_concave _ sigmoid x m y x_nonneg x_m m_y) as above.
  set (X := sigma x) in *. set (Y := sigma y) in *. set (M := sigma m) in *.
  set (P := X + (m - x) / (y - x) * (Y - X)).
  assert (from_X : (y - x) * (P - X) = (m - x) * (Y - X)) by (unfold P; field; lra).
  assert (from_Y : (y - x) * (Y - P) = (y - m) * (Y - X)) by (unfold P; field; lra).
  assert (left : 0 < (m - x) * (Y - X)) by (apply Rmult_lt_0_compat; lra).
  assert (right : 0 < (y - m) * (Y - X)) by (apply Rmult_lt_0_compat; lra).
  assert (X_P : X < P) by (apply (Rmult_lt_reg_l (y - x)); lra).
  assert (P_Y : P < Y) by (apply (Rmult_lt_reg_l (y - x)); lra).
  assert (P_M : P <= M) by (left; apply (Rmult_lt_reg_l (y - x)); lra).
  pose proof (right_nonincreasing _ on_right P M ltac:(lra) P_M M_in) as at_M.
  pose proof (right_convex _ on_right X P Y X_in X_P P_Y Y_in) as at_P.
  enough ((y - x) * phi P <= (y - m) * phi X + (m - x) * phi Y).
  { apply (Rmult_le_compat_l (y - x)) in at_M; lra. }
  apply (Rmult_le_compat_l (y - x)) in at_P; [| lra].
  rewrite Rmult_plus_distr_l, <- !Rmult_assoc, from_X, from_Y in at_P.
  apply (Rmult_le_reg_l (Y - X)); lra.
Qed.

(** The drop of a loss that is continuous at 0 and rewards right answers is linear on no interval
    [0, eta]. *)
Lemma drop_bent_on_right : continuous phi 0 -> rewards_right phi -> bent (drop sigma phi).
Proof.
  intros at_zero rewards eta eta_pos.
  destruct (loss_falls_next_to_zero at_zero rewards) as [eps [eps_in falls]].
  pose proof (sigmoid_positive sigma sigmoid eta eta_pos) as s_pos.
  pose proof (sigmoid_below_one sigma sigmoid eta) as s_in.
  set (l := Rmin (1 / 2) (eps / 2)). assert (l_pos : 0 < l) by (unfold l; apply Rmin_case; lra).
  assert (l_half : l <= 1 / 2) by apply Rmin_l. assert (l_eps : l <= eps / 2) by apply Rmin_r.
  assert (z_in : 0 < l * eta < eta).
  { split; [now apply Rmult_lt_0_compat |].
    pose proof (Rmult_lt_compat_r eta l 1 eta_pos ltac:(lra)). lra. }
  exists (l * eta). split; [exact z_in |].
  pose proof (sigmoid_chord sigma sigmoid (l * eta) eta (proj1 z_in) (proj2 z_in)) as chord.
  pose proof (sigmoid_below_one sigma sigmoid (l * eta)) as y_in.
  unfold drop. set (s := sigma eta) in *. set (y := sigma (l * eta)) in *.
  assert (x_pos : 0 < l * s) by now apply Rmult_lt_0_compat.
  assert (x_small : l * s < l) by (pose proof (Rmult_lt_compat_l l s 1 l_pos s_in); lra).
  assert (x_y : l * s < y) by (apply (Rmult_lt_reg_l eta); lra).
  pose proof (falls (l * s) y ltac:(lra) ltac:(lra) x_y y_in) as below_x.
  assert (x_s : l * s < s) by (pose proof (Rmult_lt_compat_r s l 1 s_pos ltac:(lra)); lra).
  pose proof (right_convex _ on_right 0 (l * s) s ltac:(lra) x_pos x_s s_in) as below_chord.
  assert (at_x : phi (l * s) <= (1 - l) * phi 0 + l * phi s)
    by (apply (Rmult_le_reg_l s); lra).
  assert (l * (phi 0 - phi s) < phi 0 - phi y) as less by lra.
  apply (Rmult_lt_compat_l eta) in less; lra.
Qed.

End RightLoss.

(** A convex margin loss that rewards right answers tells right from wrong. *)
Lemma reward_tells (phi : R -> R) :
  margin_loss phi -> rewards_right phi -> tells_right_from_wrong phi.
Proof.
  intros is_loss rewards m m_in.
  pose proof (reward_everywhere phi (loss_on_right phi is_loss) m rewards m_in).
  pose proof (loss_nonincreasing _ is_loss (- m) 0 ltac:(lra) ltac:(lra) ltac:(lra)). lra.
Qed.

(** The drop is a drop function if the loss is convex on the right and a wrong answer loses at least
    as much as the right answer at the same distance gains: 2 phi(0) <= phi(m) + phi(-m). *)
Lemma drop_if_balanced (sigma phi : R -> R) :
  odd_sigmoid sigma -> convex_on_right phi ->
  (forall m, 0 <= m < 1 -> 2 * phi 0 <= phi m + phi (- m)) -> drop_function (drop sigma phi).
Proof.
  intros sigmoid on_right balanced. split.
  - unfold drop. rewrite (sigmoid_zero sigma sigmoid). ring.
  - now apply drop_of_loss_concave.
  - intros t t_nonneg. unfold drop. rewrite (sigmoid_odd _ sigmoid).
    pose proof (balanced (sigma t) (conj (sigmoid_nonneg sigma sigmoid t t_nonneg)
      (sigmoid_below_one sigma sigmoid t))). lra.
Qed.

(** A convex loss loses at least as much at -m as it gains at m. *)
Lemma loss_balanced (phi : R -> R) (m : R) :
  margin_loss phi -> 0 <= m < 1 -> 2 * phi 0 <= phi m + phi (- m).
Proof.
  intros is_loss m_in. destruct (Rle_lt_or_eq_dec 0 m ltac:(lra)) as [m_pos | <-].
  - pose proof (loss_convex _ is_loss (- m) 0 m ltac:(lra) ltac:(lra) m_pos ltac:(lra)) as middle.
    apply (Rmult_le_reg_l m); lra.
  - rewrite Ropp_0. lra.
Qed.

(** The drop of a convex margin loss is a drop function. *)
Theorem drop_of_loss (phi : R -> R) (is_loss : margin_loss phi)
  (sigma : R -> R) (sigmoid : odd_sigmoid sigma) : drop_function (drop sigma phi).
Proof.
  apply (drop_if_balanced sigma phi sigmoid); [now apply loss_on_right |].
  intros m m_in. now apply loss_balanced.
Qed.

(** The drop of a convex margin loss that rewards right answers is linear on no interval
    [0, eta]. *)
Lemma drop_of_loss_bent (phi : R -> R) (is_loss : margin_loss phi)
  (sigma : R -> R) (sigmoid : odd_sigmoid sigma) : rewards_right phi -> bent (drop sigma phi).
Proof.
  apply drop_bent_on_right; [now apply loss_on_right | exact sigmoid |].
  apply loss_continuous; [exact is_loss | lra].
Qed.

(** * The risk *)

(** The risk of the threshold [theta], with a margin loss for each class. *)
Definition risk (sigma phi_plus phi_minus : R -> R) (a a1 b theta : R) : R :=
  RInt (fun x => phi_plus (sigma (theta - x))) a a1
  + RInt (fun x => phi_minus (sigma (x - theta))) a1 b.

(** A loss that is continuous on (-1, 1) is continuous in u when its margin is sigma(u). *)
Lemma loss_of_score_continuous (sigma phi : R -> R) (u : R) :
  odd_sigmoid sigma -> (forall m : R, - 1 < m < 1 -> continuous phi m) ->
  continuous (fun v => phi (sigma v)) u.
Proof.
  intros sigmoid phi_continuous.
  apply (continuous_comp sigma phi); [now apply sigmoid_continuous |].
  apply phi_continuous. split; [now apply sigmoid_above_minus_one | now apply sigmoid_below_one].
Qed.

(** The risk is differentiable, and its derivative is the slope written with the drops; the losses
    need only be continuous on (-1, 1). *)
Theorem M_risk_derivative (sigma phi_plus phi_minus : R -> R) (a a1 b theta : R) :
  odd_sigmoid sigma -> (forall m : R, - 1 < m < 1 -> continuous phi_plus m) ->
  (forall m : R, - 1 < m < 1 -> continuous phi_minus m) ->
  is_derive (risk sigma phi_plus phi_minus a a1 b) theta
    (drop_slope (drop sigma phi_plus) (drop sigma phi_minus) a a1 b theta).
Proof.
  intros sigmoid plus_continuous minus_continuous.
  replace (drop_slope (drop sigma phi_plus) (drop sigma phi_minus) a a1 b theta)
    with (phi_plus (sigma (theta - a)) - phi_plus (sigma (theta - a1))
          + (phi_minus (sigma (- (theta - a1))) - phi_minus (sigma (- (theta - b)))))
    by (unfold drop_slope, drop; rewrite !Ropp_minus_distr; ring).
  apply @is_derive_plus.
  - apply (sliding_integral_derivative (fun v => phi_plus (sigma v))). intro u.
    now apply loss_of_score_continuous.
  - apply is_derive_ext with
      (f := fun t => RInt (fun x => phi_minus (sigma (- (t - x)))) a1 b).
    + intro t. apply RInt_ext. intros x _. now rewrite Ropp_minus_distr.
    + apply (sliding_integral_derivative (fun v => phi_minus (sigma (- v)))). intro u.
      apply (continuous_comp (fun v => - v) (fun v => phi_minus (sigma v))).
      * apply @continuous_opp, continuous_id.
      * now apply loss_of_score_continuous.
Qed.

(** The opposite of the risk has the opposite derivative. *)
Lemma opposite_risk_derivative (sigma phi_plus phi_minus : R -> R) (a a1 b theta : R) :
  odd_sigmoid sigma -> (forall m : R, - 1 < m < 1 -> continuous phi_plus m) ->
  (forall m : R, - 1 < m < 1 -> continuous phi_minus m) ->
  is_derive (fun t => 0 - risk sigma phi_plus phi_minus a a1 b t) theta
    (- drop_slope (drop sigma phi_plus) (drop sigma phi_minus) a a1 b theta).
Proof.
  intros sigmoid plus_continuous minus_continuous.
  apply is_derive_ext with (f := fun t => - risk sigma phi_plus phi_minus a a1 b t).
  - intro t. symmetry. apply Rminus_0_l.
  - apply @is_derive_opp. now apply M_risk_derivative.
Qed.

(** A slope below 0 on [a, a1) and above 0 on (a1, b] makes the truth the only minimiser. *)
Lemma only_minimiser_by_slope (sigma phi_plus phi_minus : R -> R) (a a1 b : R) :
  odd_sigmoid sigma -> (forall m : R, - 1 < m < 1 -> continuous phi_plus m) ->
  (forall m : R, - 1 < m < 1 -> continuous phi_minus m) -> a <= a1 <= b ->
  (forall t, a <= t < a1 ->
    drop_slope (drop sigma phi_plus) (drop sigma phi_minus) a a1 b t < 0) ->
  (forall t, a1 < t <= b ->
    0 < drop_slope (drop sigma phi_plus) (drop sigma phi_minus) a a1 b t) ->
  only_minimiser (risk sigma phi_plus phi_minus a a1 b) a b a1.
Proof.
  intros sigmoid plus_continuous minus_continuous order before after.
  apply (only_minimiser_opp _ _ a b 0 a1 (fun x => eq_refl)).
  apply (only_maximiser_by_sign _
    (fun t => - drop_slope (drop sigma phi_plus) (drop sigma phi_minus) a a1 b t)).
  - intro t. now apply opposite_risk_derivative.
  - exact order.
  - intros t t_in. specialize (before t t_in). lra.
  - intros t t_in. specialize (after t t_in). lra.
Qed.

(** Losses that charge wrong answers alone, like max(0, -m), need no weights: if both are
    continuous, constant on [0, 1) and larger at negative margins, then the truth is the only
    minimiser; convexity is not needed. *)
Theorem M_errors_only (sigma phi_plus phi_minus : R -> R) (a a1 b : R) :
  odd_sigmoid sigma -> (forall m : R, - 1 < m < 1 -> continuous phi_plus m) ->
  (forall m : R, - 1 < m < 1 -> continuous phi_minus m) -> a < a1 -> a1 < b ->
  (forall m, 0 <= m < 1 -> phi_plus m = phi_plus 0 /\ phi_minus m = phi_minus 0) ->
  (forall m, - 1 < m < 0 -> phi_plus 0 < phi_plus m /\ phi_minus 0 < phi_minus m) ->
  only_minimiser (risk sigma phi_plus phi_minus a a1 b) a b a1.
Proof.
  intros sigmoid plus_continuous minus_continuous a_a1 a1_b flat charged.
  assert (right : forall u, 0 <= u ->
    phi_plus (sigma u) = phi_plus 0 /\ phi_minus (sigma u) = phi_minus 0).
  { intros u u_nonneg. apply flat. split.
    - now apply sigmoid_nonneg.
    - now apply sigmoid_below_one. }
  assert (wrong : forall u, u < 0 ->
    phi_plus 0 < phi_plus (sigma u) /\ phi_minus 0 < phi_minus (sigma u)).
  { intros u u_neg. apply charged. rewrite <- (sigmoid_zero sigma sigmoid). split.
    - now apply sigmoid_above_minus_one.
    - now apply sigmoid_increasing. }
  apply only_minimiser_by_slope; auto; [lra | |]; intros t t_in; unfold drop_slope, drop.
  - pose proof (right (t - a) ltac:(lra)). pose proof (right (b - t) ltac:(lra)).
    pose proof (right (a1 - t) ltac:(lra)). pose proof (wrong (t - a1) ltac:(lra)). lra.
  - pose proof (right (t - a) ltac:(lra)). pose proof (right (b - t) ltac:(lra)).
    pose proof (right (t - a1) ltac:(lra)). pose proof (wrong (a1 - t) ltac:(lra)). lra.
Qed.

(** * Theorem M *)

(** The risk of two convex margin losses has a global minimiser on [a, b]. *)
Lemma risk_minimiser_exists (sigma phi_plus phi_minus : R -> R) (a a1 b : R) :
  odd_sigmoid sigma -> margin_loss phi_plus -> margin_loss phi_minus -> a <= b ->
  exists m, global_minimiser (risk sigma phi_plus phi_minus a a1 b) a b m.
Proof.
  intros sigmoid plus_loss minus_loss order.
  destruct (global_maximiser_exists _ _ (fun t => opposite_risk_derivative sigma phi_plus phi_minus
    a a1 b t sigmoid (loss_continuous phi_plus plus_loss) (loss_continuous phi_minus minus_loss))
    a b order) as [m m_best].
  exists m. now apply (global_minimiser_opp _ _ a b 0 m (fun x => eq_refl)) in m_best.
Qed.

Section EqualDrops.
Variables sigma phi_plus phi_minus : R -> R.
Variables a a1 b : R.
Hypothesis sigmoid : odd_sigmoid sigma.
Hypothesis plus_continuous : forall m : R, - 1 < m < 1 -> continuous phi_plus m.
Hypothesis minus_continuous : forall m : R, - 1 < m < 1 -> continuous phi_minus m.
Hypothesis plus_drop : drop_function (drop sigma phi_plus).
Hypothesis minus_drop : drop_function (drop sigma phi_minus).
Hypothesis a_a1 : a < a1.
Hypothesis a1_b : a1 < b.

(** If the drops are drop functions, then every local minimiser of the risk lies on the side of the
    class with the smaller drop. *)
Lemma shrunk_side_of_drops (m : R) :
  local_minimiser (risk sigma phi_plus phi_minus a a1 b) a b m ->
  (drop sigma phi_plus (a1 - a) < drop sigma phi_minus (b - a1) -> m < a1) /\
  (drop sigma phi_minus (b - a1) < drop sigma phi_plus (a1 - a) -> a1 < m).
Proof.
  intro m_local. pose proof (proj1 m_local) as m_in.
  apply (local_minimiser_opp _ _ a b 0 m (fun x => eq_refl)) in m_local.
  pose proof (opposite_risk_derivative sigma phi_plus phi_minus a a1 b m sigmoid
    plus_continuous minus_continuous) as derivative.
  split; intro less.
  - destruct (Rlt_le_dec m a1) as [left | right]; [exact left | exfalso].
    pose proof (M_slope_right_le _ _ a a1 b m plus_drop minus_drop ltac:(lra) ltac:(lra)).
    pose proof (slope_at_maximiser_left _ a b m _ derivative m_local ltac:(lra)). lra.
  - destruct (Rlt_le_dec a1 m) as [right | left]; [exact right | exfalso].
    pose proof (M_slope_left_le _ _ a a1 b m plus_drop minus_drop ltac:(lra) ltac:(lra)).
    pose proof (slope_at_maximiser_right _ a b m _ derivative m_local ltac:(lra)). lra.
Qed.

(** If the truth is the only minimiser, then both classes drop equally. *)
Lemma only_minimiser_equal_drops :
  only_minimiser (risk sigma phi_plus phi_minus a a1 b) a b a1 ->
  drop sigma phi_plus (a1 - a) = drop sigma phi_minus (b - a1).
Proof.
  intros [best _]. apply global_minimiser_is_local in best.
  destruct (shrunk_side_of_drops a1 best) as [left right].
  destruct (Rtotal_order (drop sigma phi_plus (a1 - a)) (drop sigma phi_minus (b - a1)))
    as [less | [equal | more]]; [specialize (left less) | exact equal | specialize (right more)];
    lra.
Qed.

(** Equal bent drops make the truth the only minimiser. *)
Lemma equal_drops_bent :
  bent (drop sigma phi_plus) -> bent (drop sigma phi_minus) ->
  drop sigma phi_plus (a1 - a) = drop sigma phi_minus (b - a1) ->
  only_minimiser (risk sigma phi_plus phi_minus a a1 b) a b a1.
Proof.
  intros plus_bent minus_bent equal.
  apply only_minimiser_by_slope; auto; [lra | |]; intros t t_in.
  - pose proof (M_slope_left _ _ a a1 b t plus_drop minus_drop minus_bent a1_b t_in). lra.
  - pose proof (M_slope_right _ _ a a1 b t plus_drop minus_drop plus_bent a_a1 t_in). lra.
Qed.

End EqualDrops.

(** M, the side: every local minimiser of the risk lies on the side of the class with the smaller
    drop, left of the truth if F_plus(A) < F_minus(B) and right of it if F_minus(B) < F_plus(A). *)
Theorem M_shrunk_side (sigma phi_plus phi_minus : R -> R) (a a1 b m : R) :
  odd_sigmoid sigma -> margin_loss phi_plus -> margin_loss phi_minus -> a < a1 -> a1 < b ->
  local_minimiser (risk sigma phi_plus phi_minus a a1 b) a b m ->
  (drop sigma phi_plus (a1 - a) < drop sigma phi_minus (b - a1) -> m < a1) /\
  (drop sigma phi_minus (b - a1) < drop sigma phi_plus (a1 - a) -> a1 < m).
Proof. intros. apply shrunk_side_of_drops; auto using loss_continuous, drop_of_loss. Qed.

(** Equal positive drops make the truth the only minimiser. *)
Lemma equal_drops_rewarding (sigma phi_plus phi_minus : R -> R) (a a1 b : R) :
  odd_sigmoid sigma -> margin_loss phi_plus -> margin_loss phi_minus -> a < a1 -> a1 < b ->
  rewards_right phi_plus -> rewards_right phi_minus ->
  drop sigma phi_plus (a1 - a) = drop sigma phi_minus (b - a1) ->
  only_minimiser (risk sigma phi_plus phi_minus a a1 b) a b a1.
Proof.
  intros. apply equal_drops_bent; auto using loss_continuous, drop_of_loss, drop_of_loss_bent.
Qed.

(** Where neither class drops at all, losses that tell right from wrong have the truth as their only
    minimiser. *)
Lemma equal_drops_flat (sigma phi_plus phi_minus : R -> R) (a a1 b : R) :
  odd_sigmoid sigma -> margin_loss phi_plus -> margin_loss phi_minus -> a < a1 -> a1 < b ->
  tells_right_from_wrong phi_plus -> tells_right_from_wrong phi_minus ->
  drop sigma phi_plus (a1 - a) = 0 -> drop sigma phi_minus (b - a1) = 0 ->
  only_minimiser (risk sigma phi_plus phi_minus a a1 b) a b a1.
Proof.
  intros sigmoid plus_loss minus_loss a_a1 a1_b plus_tells minus_tells plus_none minus_none.
  assert (plus_flat : forall m, 0 <= m < 1 -> phi_plus m = phi_plus 0)
    by (intro m; apply (flat_from_drop _ (loss_on_right _ plus_loss) sigma sigmoid (a1 - a)); lra).
  assert (minus_flat : forall m, 0 <= m < 1 -> phi_minus m = phi_minus 0)
    by (intro m; apply (flat_from_drop _ (loss_on_right _ minus_loss) sigma sigmoid (b - a1)); lra).
  apply M_errors_only; auto using loss_continuous. intros m m_in.
  pose proof (plus_tells (- m) ltac:(lra)) as plus.
  pose proof (minus_tells (- m) ltac:(lra)) as minus.
  rewrite Ropp_involutive in plus, minus.
  rewrite (plus_flat (- m)) in plus by lra. rewrite (minus_flat (- m)) in minus by lra. lra.
Qed.

(** M, equal drops: for convex margin losses that tell right from wrong, the truth a1 is the only
    minimiser of the risk on [a, b] exactly when both classes drop equally,
    F_plus(A) = F_minus(B). *)
Theorem M_equal_drops (sigma phi_plus phi_minus : R -> R) (a a1 b : R) :
  odd_sigmoid sigma -> margin_loss phi_plus -> margin_loss phi_minus ->
  tells_right_from_wrong phi_plus -> tells_right_from_wrong phi_minus -> a < a1 -> a1 < b ->
  only_minimiser (risk sigma phi_plus phi_minus a a1 b) a b a1 <->
  drop sigma phi_plus (a1 - a) = drop sigma phi_minus (b - a1).
Proof.
  intros sigmoid plus_loss minus_loss plus_tells minus_tells a_a1 a1_b. split.
  - apply only_minimiser_equal_drops; auto using loss_continuous, drop_of_loss.
  - intro equal.
    destruct (Rle_lt_or_eq_dec 0 (drop sigma phi_plus (a1 - a))) as [some | none].
    + apply (drop_nonneg phi_plus (loss_on_right _ plus_loss) sigma sigmoid). lra.
    + apply equal_drops_rewarding; auto.
      * apply (reward_from_drop phi_plus sigma sigmoid (a1 - a)); lra.
      * apply (reward_from_drop phi_minus sigma sigmoid (b - a1)); lra.
    + apply equal_drops_flat; auto. lra.
Qed.

(** A loss that does not tell right from wrong at some distance from 0 has no drop at u >= -c for
    some c > 0. *)
Lemma no_drop_around_zero (sigma phi : R -> R) (m : R) :
  odd_sigmoid sigma -> margin_loss phi -> 0 < m < 1 -> phi (- m) <= phi m ->
  exists c, 0 < c /\ forall u, - c <= u -> drop sigma phi u = 0.
Proof.
  intros sigmoid is_loss m_in alike.
  destruct (sigmoid_inverse sigma sigmoid m m_in) as [c [c_pos c_value]].
  exists c. split; [exact c_pos |]. intros u u_in. unfold drop.
  assert (score : - m <= sigma u)
    by (rewrite <- c_value, <- (sigmoid_odd _ sigmoid); now apply sigmoid_monotone).
  pose proof (sigmoid_below_one sigma sigmoid u) as below_one.
  pose proof (loss_nonincreasing _ is_loss (- m) 0 ltac:(lra) ltac:(lra) ltac:(lra)).
  pose proof (loss_nonincreasing _ is_loss 0 m ltac:(lra) ltac:(lra) ltac:(lra)).
  pose proof (loss_nonincreasing _ is_loss (- m) (sigma u) ltac:(lra) score below_one).
  destruct (Rle_lt_dec (sigma u) m) as [near | far].
  - pose proof (loss_nonincreasing _ is_loss (sigma u) m ltac:(lra) near ltac:(lra)). lra.
  - pose proof (flat_from_one_point phi (loss_on_right phi is_loss) m (sigma u) m_in ltac:(lra)
      ltac:(lra)). lra.
Qed.

(** Where the slope vanishes between the truth and another point, the truth is not the only
    minimiser. *)
Lemma not_alone_on_plateau (sigma phi_plus phi_minus : R -> R) (a a1 b q : R) :
  odd_sigmoid sigma -> margin_loss phi_plus -> margin_loss phi_minus -> a <= q <= b -> q <> a1 ->
  (forall t, Rmin a1 q <= t <= Rmax a1 q ->
    drop_slope (drop sigma phi_plus) (drop sigma phi_minus) a a1 b t = 0) ->
  ~ only_minimiser (risk sigma phi_plus phi_minus a a1 b) a b a1.
Proof.
  intros sigmoid plus_loss minus_loss q_in q_not_a1 level [[_ best] alone].
  pose proof (fun t => M_risk_derivative sigma phi_plus phi_minus a a1 b t sigmoid
    (loss_continuous phi_plus plus_loss) (loss_continuous phi_minus minus_loss)) as derivative.
  apply q_not_a1, alone, global_minimiser_is_local. split; [exact q_in |].
  enough (same : risk sigma phi_plus phi_minus a a1 b q = risk sigma phi_plus phi_minus a a1 b a1)
    by (rewrite same; exact best).
  pose proof (Rmin_l a1 q). pose proof (Rmin_r a1 q).
  pose proof (Rmax_l a1 q). pose proof (Rmax_r a1 q).
  destruct (Rdichotomy q a1 q_not_a1) as [left | right].
  - destruct (mean_value _ _ derivative q a1 left) as [t [t_in rise]].
    rewrite (level t ltac:(lra)) in rise. lra.
  - destruct (mean_value _ _ derivative a1 q right) as [t [t_in rise]].
    rewrite (level t ltac:(lra)) in rise. lra.
Qed.

(** If the truth is the only minimiser, the positive loss tells right from wrong. *)
Lemma plus_must_tell (sigma phi_plus phi_minus : R -> R) (a a1 b : R) :
  odd_sigmoid sigma -> margin_loss phi_plus -> margin_loss phi_minus -> a < a1 -> a1 < b ->
  drop sigma phi_plus (a1 - a) = drop sigma phi_minus (b - a1) ->
  only_minimiser (risk sigma phi_plus phi_minus a a1 b) a b a1 -> tells_right_from_wrong phi_plus.
Proof.
  intros sigmoid plus_loss minus_loss a_a1 a1_b equal only m m_in.
  destruct (Rlt_le_dec (phi_plus m) (phi_plus (- m))) as [less | alike]; [exact less | exfalso].
  destruct (no_drop_around_zero sigma phi_plus m sigmoid plus_loss m_in alike) as [c [c_pos none]].
  rewrite none in equal by lra. set (q := Rmax a (a1 - c)).
  assert (q_a1 : a <= q < a1) by (unfold q; split; [apply Rmax_l | apply Rmax_lub_lt; lra]).
  assert (q_c : a1 - c <= q) by apply Rmax_r.
  apply (not_alone_on_plateau sigma phi_plus phi_minus a a1 b q) in only; auto; try lra.
  intros t t_in. rewrite Rmin_right, Rmax_left in t_in by lra. unfold drop_slope.
  rewrite (none (t - a1)), (none (t - a)) by lra. unfold drop.
  rewrite (flat_from_drop _ (loss_on_right _ minus_loss) sigma sigmoid (b - a1) (sigma (b - t))),
    (flat_from_drop _ (loss_on_right _ minus_loss) sigma sigmoid (b - a1) (sigma (a1 - t)));
    try lra;
    split; try (apply sigmoid_nonneg; [exact sigmoid | lra]); now apply sigmoid_below_one.
Qed.

(** If the truth is the only minimiser, the negative loss tells right from wrong. *)
Lemma minus_must_tell (sigma phi_plus phi_minus : R -> R) (a a1 b : R) :
  odd_sigmoid sigma -> margin_loss phi_plus -> margin_loss phi_minus -> a < a1 -> a1 < b ->
  drop sigma phi_plus (a1 - a) = drop sigma phi_minus (b - a1) ->
  only_minimiser (risk sigma phi_plus phi_minus a a1 b) a b a1 -> tells_right_from_wrong phi_minus.
Proof.
  intros sigmoid plus_loss minus_loss a_a1 a1_b equal only m m_in.
  destruct (Rlt_le_dec (phi_minus m) (phi_minus (- m))) as [less | alike]; [exact less | exfalso].
  destruct (no_drop_around_zero sigma phi_minus m sigmoid minus_loss m_in alike)
    as [c [c_pos none]].
  rewrite none in equal by lra. set (q := Rmin b (a1 + c)).
  assert (q_a1 : a1 < q <= b) by (unfold q; split; [apply Rmin_glb_lt; lra | apply Rmin_l]).
  assert (q_c : q <= a1 + c) by apply Rmin_r.
  apply (not_alone_on_plateau sigma phi_plus phi_minus a a1 b q) in only; auto; try lra.
  intros t t_in. rewrite Rmin_left, Rmax_right in t_in by lra. unfold drop_slope.
  rewrite (none (b - t)), (none (a1 - t)) by lra. unfold drop.
  rewrite (flat_from_drop _ (loss_on_right _ plus_loss) sigma sigmoid (a1 - a) (sigma (t - a1))),
    (flat_from_drop _ (loss_on_right _ plus_loss) sigma sigmoid (a1 - a) (sigma (t - a)));
    try lra;
    split; try (apply sigmoid_nonneg; [exact sigmoid | lra]); now apply sigmoid_below_one.
Qed.

(** M, exactly: for any two convex margin losses the truth is the only minimiser if and only if
    both classes drop equally and both losses tell right from wrong. *)
Theorem M_exactly (sigma phi_plus phi_minus : R -> R) (a a1 b : R) :
  odd_sigmoid sigma -> margin_loss phi_plus -> margin_loss phi_minus -> a < a1 -> a1 < b ->
  only_minimiser (risk sigma phi_plus phi_minus a a1 b) a b a1 <->
  drop sigma phi_plus (a1 - a) = drop sigma phi_minus (b - a1) /\
  tells_right_from_wrong phi_plus /\ tells_right_from_wrong phi_minus.
Proof.
  intros sigmoid plus_loss minus_loss a_a1 a1_b. split.
  - intro only.
    pose proof (only_minimiser_equal_drops sigma phi_plus phi_minus a a1 b sigmoid
      (loss_continuous _ plus_loss) (loss_continuous _ minus_loss)
      (drop_of_loss _ plus_loss sigma sigmoid) (drop_of_loss _ minus_loss sigma sigmoid)
      a_a1 a1_b only) as equal.
    split; [exact equal |]. split.
    + now apply (plus_must_tell sigma phi_plus phi_minus a a1 b).
    + now apply (minus_must_tell sigma phi_plus phi_minus a a1 b).
  - intros [equal [plus_tells minus_tells]]. now apply M_equal_drops.
Qed.

(** M in one line: a local minimiser of the risk is left of, at, or right of the truth exactly as
    F_plus(A) is less than, equal to, or greater than F_minus(B). *)
Theorem M_side (sigma phi_plus phi_minus : R -> R) (a a1 b m : R) :
  odd_sigmoid sigma -> margin_loss phi_plus -> margin_loss phi_minus ->
  tells_right_from_wrong phi_plus -> tells_right_from_wrong phi_minus -> a < a1 -> a1 < b ->
  local_minimiser (risk sigma phi_plus phi_minus a a1 b) a b m ->
  (m < a1 <-> drop sigma phi_plus (a1 - a) < drop sigma phi_minus (b - a1)) /\
  (m = a1 <-> drop sigma phi_plus (a1 - a) = drop sigma phi_minus (b - a1)) /\
  (a1 < m <-> drop sigma phi_minus (b - a1) < drop sigma phi_plus (a1 - a)).
Proof.
  intros sigmoid plus_loss minus_loss plus_tells minus_tells a_a1 a1_b m_local.
  destruct (M_shrunk_side sigma phi_plus phi_minus a a1 b m sigmoid plus_loss minus_loss
    a_a1 a1_b m_local) as [left right].
  pose proof (fun equal => proj2 (proj2 (M_equal_drops sigma phi_plus phi_minus a a1 b sigmoid
    plus_loss minus_loss plus_tells minus_tells a_a1 a1_b) equal) m m_local) as centre.
  destruct (Rtotal_order (drop sigma phi_plus (a1 - a)) (drop sigma phi_minus (b - a1)))
    as [less | [equal | more]].
  - specialize (left less). repeat split; intros; lra.
  - specialize (centre equal). repeat split; intros; lra.
  - specialize (right more). repeat split; intros; lra.
Qed.
