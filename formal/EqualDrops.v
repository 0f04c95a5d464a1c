(** Equal drops (Theorem M) and what follows from it (T9, T10, T11).

    A margin loss of the score sigma(u) drops by F(u) = phi(0) - phi(sigma(u)) from the border u = 0
    on.  With a loss for each class the slope of the risk is a sum of four drops.  Theorem M: for
    convex losses the slope is above its value at the truth a1 on (a1, b] and below it on [a, a1),
    so a1 is the only minimiser exactly when both classes drop equally, F_plus(A) = F_minus(B), and
    otherwise every local minimiser lies on the side of the class with the smaller drop.

    First come drop functions in the abstract, then the losses and their risk, then Theorem M, and
    last its corollaries: weights, small margins, and C6, T4 and T5 again for the linear loss. *)
From Coq Require Import Reals Lra.
From Coquelicot Require Import Coquelicot.
From Lossbook Require Import Calculus Sigmoid Gain.
Open Scope R_scope.

(** * Drop functions *)

(** A drop function: zero at 0, concave on the half line, linear on no interval [0, eta], and
    losing at least as much at -t as it gains at t. *)
Record drop_function (F : R -> R) : Prop := {
  drop_zero : F 0 = 0;
  drop_concave : forall x m y, 0 <= x -> x < m -> m < y ->
    (y - m) * F x + (m - x) * F y <= (y - x) * F m;
  drop_bent : forall eta, 0 < eta -> exists z, 0 < z < eta /\ z * F eta < eta * F z;
  drop_odd_bound : forall t, 0 <= t -> F t <= - F (- t) }.

(** A drop function lies strictly above its chords from 0: F(v)/v < F(u)/u for 0 < u < v. *)
Lemma drop_chord (F : R -> R) (u v : R) :
  drop_function F -> 0 < u -> u < v -> u * F v < v * F u.
Proof.
  intros is_drop u_pos u_v. destruct (drop_bent _ is_drop u u_pos) as [z [z_in bent]].
  pose proof (drop_concave _ is_drop z u v ltac:(lra) ltac:(lra) u_v) as above.
  apply (Rmult_le_compat_l u) in above; [| lra].
  apply (Rmult_lt_compat_l (v - u)) in bent; [| lra].
  apply (Rmult_lt_reg_l (u - z)); lra.
Qed.

(** Drop functions are strictly subadditive. *)
Lemma drop_subadditive (F : R -> R) (u v : R) :
  drop_function F -> 0 < u -> 0 < v -> F (u + v) < F u + F v.
Proof.
  intros is_drop u_pos v_pos.
  pose proof (drop_chord F u (u + v) is_drop u_pos ltac:(lra)) as from_u.
  pose proof (drop_chord F v (u + v) is_drop v_pos ltac:(lra)) as from_v.
  apply (Rmult_lt_reg_l (u + v)); lra.
Qed.

(** Drop functions are subadditive from 0 on, in the weak form. *)
Lemma drop_subadditive_le (F : R -> R) (u v : R) :
  drop_function F -> 0 <= u -> 0 <= v -> F (u + v) <= F u + F v.
Proof.
  intros is_drop u_nonneg v_nonneg. pose proof (drop_zero _ is_drop) as zero.
  destruct (Rle_lt_or_eq_dec 0 u u_nonneg) as [u_pos | <-]; [| rewrite Rplus_0_l; lra].
  destruct (Rle_lt_or_eq_dec 0 v v_nonneg) as [v_pos | <-]; [| rewrite Rplus_0_r; lra].
  left. now apply drop_subadditive.
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

(** M, right side: on (a1, b] the slope is above its value at the truth. *)
Lemma M_slope_right (F_plus F_minus : R -> R) (a a1 b theta : R) :
  drop_function F_plus -> drop_function F_minus -> a < a1 -> a1 < theta <= b ->
  F_minus (b - a1) - F_plus (a1 - a) < drop_slope F_plus F_minus a a1 b theta.
Proof.
  intros plus_drop minus_drop a_a1 theta_in. unfold drop_slope. set (t := theta - a1).
  replace (theta - a) with (a1 - a + t) by (unfold t; ring).
  replace (b - theta) with (b - a1 - t) by (unfold t; ring).
  replace (a1 - theta) with (- t) by (unfold t; ring).
  assert (t_in : 0 < t <= b - a1) by (unfold t; lra).
  pose proof (drop_subadditive F_plus (a1 - a) t plus_drop ltac:(lra) ltac:(lra)) as plus.
  pose proof (drop_subadditive_le F_minus t (b - a1 - t) minus_drop ltac:(lra) ltac:(lra)) as minus.
  replace (t + (b - a1 - t)) with (b - a1) in minus by ring.
  pose proof (drop_odd_bound _ minus_drop t ltac:(lra)). lra.
Qed.

(** M, left side: on [a, a1) the slope is below its value at the truth. *)
Lemma M_slope_left (F_plus F_minus : R -> R) (a a1 b theta : R) :
  drop_function F_plus -> drop_function F_minus -> a1 < b -> a <= theta < a1 ->
  drop_slope F_plus F_minus a a1 b theta < F_minus (b - a1) - F_plus (a1 - a).
Proof.
  intros plus_drop minus_drop a1_b theta_in. rewrite drop_slope_mirror.
  pose proof (M_slope_right F_minus F_plus (- b) (- a1) (- a) (- theta) minus_drop plus_drop
    ltac:(lra) ltac:(lra)) as mirror.
  replace (- a - - a1) with (a1 - a) in mirror by ring.
  replace (- a1 - - b) with (b - a1) in mirror by ring. lra.
Qed.

(** M, first half: L'(a1) = F_minus(B) - F_plus(A), and L' > L'(a1) on (a1, b] and L' < L'(a1) on
    [a, a1), where L' is the slope written with two drop functions. *)
Theorem M_slope (F_plus F_minus : R -> R) (a a1 b : R) :
  drop_function F_plus -> drop_function F_minus -> a < a1 -> a1 < b ->
  let slope_at := drop_slope F_plus F_minus a a1 b in
  slope_at a1 = F_minus (b - a1) - F_plus (a1 - a) /\
  (forall theta, a1 < theta <= b -> slope_at a1 < slope_at theta) /\
  (forall theta, a <= theta < a1 -> slope_at theta < slope_at a1).
Proof.
  intros plus_drop minus_drop a_a1 a1_b slope_at.
  assert (centre : slope_at a1 = F_minus (b - a1) - F_plus (a1 - a))
    by (apply drop_slope_at_truth; now apply drop_zero).
  split; [exact centre |]. rewrite centre. split; intros theta theta_in.
  - now apply M_slope_right.
  - now apply M_slope_left.
Qed.

(** * Convex margin losses *)

(** A convex margin loss: convex and non-increasing in the margin on (-1, 1), and smaller at some
    positive margin than at 0. *)
Record margin_loss (phi : R -> R) : Prop := {
  loss_convex : forall x m y, - 1 < x -> x < m -> m < y -> y < 1 ->
    (y - x) * phi m <= (y - m) * phi x + (m - x) * phi y;
  loss_nonincreasing : forall x y, - 1 < x -> x <= y -> y < 1 -> phi y <= phi x;
  loss_falls : exists m, 0 < m < 1 /\ phi m < phi 0 }.

(** The drop of a loss: F(u) = phi(0) - phi(sigma(u)). *)
Definition drop (sigma phi : R -> R) (u : R) : R := phi 0 - phi (sigma u).

(** A convex margin loss stays a convex margin loss under a positive weight. *)
Lemma margin_loss_weighted (phi : R -> R) (w : R) :
  0 < w -> margin_loss phi -> margin_loss (fun m => w * phi m).
Proof.
  intros w_pos is_loss. split.
  - intros x m y x_in x_m m_y y_in.
    pose proof (loss_convex _ is_loss x m y x_in x_m m_y y_in) as below.
    apply (Rmult_le_compat_l w) in below; lra.
  - intros x y x_in x_y y_in. apply Rmult_le_compat_l; [lra |].
    now apply (loss_nonincreasing _ is_loss).
  - destruct (loss_falls _ is_loss) as [m [m_in less]]. exists m. split; [exact m_in |].
    now apply Rmult_lt_compat_l.
Qed.

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

(** Where the loss has not yet reached its value at some later margin, it falls strictly. *)
Lemma loss_falls_from (x y m : R) :
  - 1 < x -> x < y -> y < 1 -> x < m < 1 -> phi m < phi x -> phi y < phi x.
Proof.
  intros x_in x_y y_in m_in less. destruct (Rle_lt_dec m y) as [beyond | before].
  - pose proof (loss_nonincreasing _ is_loss m y ltac:(lra) beyond y_in). lra.
  - pose proof (loss_convex _ is_loss x y m x_in x_y before ltac:(lra)) as below.
    apply (Rmult_lt_compat_l (y - x)) in less; [| lra].
    apply (Rmult_lt_reg_l (m - x)); lra.
Qed.

(** A convex margin loss is strictly decreasing next to 0. *)
Lemma loss_falls_next_to_zero :
  exists eps, 0 < eps < 1 /\ forall x y, 0 <= x -> x < eps -> x < y -> y < 1 -> phi y < phi x.
Proof.
  destruct (loss_falls _ is_loss) as [m [m_in less]].
  pose proof (loss_continuous 0 ltac:(lra)) as at_zero.
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

(** Every positive margin has a smaller loss than the margin 0. *)
Lemma loss_below_zero_margin (x : R) : 0 < x < 1 -> phi x < phi 0.
Proof.
  intro x_in. destruct (loss_falls _ is_loss) as [m [m_in less]].
  apply (loss_falls_from 0 x m); lra.
Qed.

Variable sigma : R -> R.
Hypothesis sigmoid : odd_sigmoid sigma.

(** The drop does not decrease. *)
Lemma drop_monotone (u v : R) : u <= v -> drop sigma phi u <= drop sigma phi v.
Proof.
  intro order. pose proof (loss_nonincreasing _ is_loss (sigma u) (sigma v)
    (sigmoid_above_minus_one sigma sigmoid u) (sigmoid_monotone sigma sigmoid u v order)
    (sigmoid_below_one sigma sigmoid v)).
  unfold drop. lra.
Qed.

(** The drop is positive on the positive half line. *)
Lemma drop_positive (u : R) : 0 < u -> 0 < drop sigma phi u.
Proof.
  intro u_pos. pose proof (loss_below_zero_margin (sigma u)
    (conj (sigmoid_positive sigma sigmoid u u_pos) (sigmoid_below_one sigma sigmoid u))).
  unfold drop. lra.
Qed.

(** The drop is concave on the half line. *)
Lemma drop_of_loss_concave (x m y : R) :
  0 <= x -> x < m -> m < y ->
  (y - m) * drop sigma phi x + (m - x) * drop sigma phi y <= (y - x) * drop sigma phi m.
Proof.
  intros x_nonneg x_m m_y. unfold drop.
  pose proof (sigmoid_above_minus_one sigma sigmoid x) as X_in.
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
  pose proof (loss_nonincreasing _ is_loss P M ltac:(lra) P_M M_in) as at_M.
  pose proof (loss_convex _ is_loss X P Y X_in X_P P_Y Y_in) as at_P.
  enough ((y - x) * phi P <= (y - m) * phi X + (m - x) * phi Y).
  { apply (Rmult_le_compat_l (y - x)) in at_M; lra. }
  apply (Rmult_le_compat_l (y - x)) in at_P; [| lra].
  rewrite Rmult_plus_distr_l, <- !Rmult_assoc, from_X, from_Y in at_P.
  apply (Rmult_le_reg_l (Y - X)); lra.
Qed.

(** The drop is linear on no interval [0, eta]. *)
Lemma drop_of_loss_bent (eta : R) :
  0 < eta -> exists z, 0 < z < eta /\ z * drop sigma phi eta < eta * drop sigma phi z.
Proof.
  intro eta_pos. destruct loss_falls_next_to_zero as [eps [eps_in falls]].
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
  pose proof (loss_convex _ is_loss 0 (l * s) s ltac:(lra) x_pos x_s s_in) as below_chord.
  assert (at_x : phi (l * s) <= (1 - l) * phi 0 + l * phi s)
    by (apply (Rmult_le_reg_l s); lra).
  assert (l * (phi 0 - phi s) < phi 0 - phi y) as less by lra.
  apply (Rmult_lt_compat_l eta) in less; lra.
Qed.

(** The drop of a convex margin loss is a drop function. *)
Theorem drop_of_loss : drop_function (drop sigma phi).
Proof.
  split.
  - unfold drop. rewrite (sigmoid_zero sigma sigmoid). ring.
  - exact drop_of_loss_concave.
  - exact drop_of_loss_bent.
  - intros t t_nonneg. unfold drop. rewrite (sigmoid_odd _ sigmoid).
    destruct (Rle_lt_or_eq_dec 0 t t_nonneg) as [t_pos | <-].
    + pose proof (sigmoid_positive sigma sigmoid t t_pos) as s_pos.
      pose proof (sigmoid_below_one sigma sigmoid t) as s_in.
      pose proof (loss_convex _ is_loss (- sigma t) 0 (sigma t)
        ltac:(lra) ltac:(lra) s_pos s_in) as middle.
      apply (Rmult_le_reg_l (sigma t)); lra.
    + rewrite (sigmoid_zero sigma sigmoid), Ropp_0. lra.
Qed.

End ConvexLoss.

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
  - apply (sliding_integral_derivative (fun v => phi_plus (sigma v))). intro u. now apply loss_of_score_continuous.
  - apply is_derive_ext with
      (f := fun t => RInt (fun x => phi_minus (sigma (- (t - x)))) a1 b).
    + intro t. apply RInt_ext. intros x _. now rewrite Ropp_minus_distr.
    + apply (sliding_integral_derivative (fun v => phi_minus (sigma (- v)))). intro u.
      apply (continuous_comp (fun v => - v) (fun v => phi_minus (sigma v))).
      * apply @continuous_opp, continuous_id.
      * now apply loss_of_score_continuous.
Qed.

(** * Theorem M *)

Section EqualDrops.
Variables sigma phi_plus phi_minus : R -> R.
Hypothesis sigmoid : odd_sigmoid sigma.
Hypothesis plus_loss : margin_loss phi_plus.
Hypothesis minus_loss : margin_loss phi_minus.
Variables a a1 b : R.
Hypothesis a_a1 : a < a1.
Hypothesis a1_b : a1 < b.

(** The opposite of the risk has the opposite derivative. *)
Lemma opposite_risk_derivative (theta : R) :
  is_derive (fun t => 0 - risk sigma phi_plus phi_minus a a1 b t) theta
    (- drop_slope (drop sigma phi_plus) (drop sigma phi_minus) a a1 b theta).
Proof.
  apply is_derive_ext with (f := fun t => - risk sigma phi_plus phi_minus a a1 b t).
  - intro t. symmetry. apply Rminus_0_l.
  - apply @is_derive_opp, M_risk_derivative; [exact sigmoid | |].
    + now apply loss_continuous.
    + now apply loss_continuous.
Qed.

(** The slope at the truth is the difference of the two full drops. *)
Lemma risk_slope_at_truth :
  drop_slope (drop sigma phi_plus) (drop sigma phi_minus) a a1 b a1
  = drop sigma phi_minus (b - a1) - drop sigma phi_plus (a1 - a).
Proof.
  apply drop_slope_at_truth; unfold drop; rewrite (sigmoid_zero sigma sigmoid); ring.
Qed.

(** Equal drops make the truth the only minimiser. *)
Lemma equal_drops_suffice :
  drop sigma phi_plus (a1 - a) = drop sigma phi_minus (b - a1) ->
  only_minimiser (risk sigma phi_plus phi_minus a a1 b) a b a1.
Proof.
  intro equal. apply (only_minimiser_opp _ _ a b 0 a1 (fun x => eq_refl)).
  pose proof (drop_of_loss phi_plus plus_loss sigma sigmoid) as plus_drop.
  pose proof (drop_of_loss phi_minus minus_loss sigma sigmoid) as minus_drop.
  apply (only_maximiser_by_sign _ _ opposite_risk_derivative); [lra | |]; intros t t_in.
  - pose proof (M_slope_left _ _ a a1 b t plus_drop minus_drop a1_b t_in). lra.
  - pose proof (M_slope_right _ _ a a1 b t plus_drop minus_drop a_a1 t_in). lra.
Qed.

(** A smaller drop of the positive class puts every local minimiser left of the truth. *)
Lemma smaller_plus_drop (m : R) :
  drop sigma phi_plus (a1 - a) < drop sigma phi_minus (b - a1) ->
  local_minimiser (risk sigma phi_plus phi_minus a a1 b) a b m -> m < a1.
Proof.
  intros less m_local. pose proof (proj1 m_local) as m_in.
  apply (local_minimiser_opp _ _ a b 0 m (fun x => eq_refl)) in m_local.
  destruct (Rlt_le_dec m a1) as [left | right]; [exact left | exfalso].
  pose proof (drop_of_loss phi_plus plus_loss sigma sigmoid) as plus_drop.
  pose proof (drop_of_loss phi_minus minus_loss sigma sigmoid) as minus_drop.
  pose proof (slope_at_maximiser_left _ a b m _ (opposite_risk_derivative m) m_local ltac:(lra))
    as slope_sign.
  destruct (Rle_lt_or_eq_dec a1 m right) as [beyond | <-].
  - pose proof (M_slope_right _ _ a a1 b m plus_drop minus_drop a_a1 ltac:(lra)). lra.
  - rewrite risk_slope_at_truth in slope_sign. lra.
Qed.

(** A smaller drop of the negative class puts every local minimiser right of the truth. *)
Lemma smaller_minus_drop (m : R) :
  drop sigma phi_minus (b - a1) < drop sigma phi_plus (a1 - a) ->
  local_minimiser (risk sigma phi_plus phi_minus a a1 b) a b m -> a1 < m.
Proof.
  intros less m_local. pose proof (proj1 m_local) as m_in.
  apply (local_minimiser_opp _ _ a b 0 m (fun x => eq_refl)) in m_local.
  destruct (Rlt_le_dec a1 m) as [right | left]; [exact right | exfalso].
  pose proof (drop_of_loss phi_plus plus_loss sigma sigmoid) as plus_drop.
  pose proof (drop_of_loss phi_minus minus_loss sigma sigmoid) as minus_drop.
  pose proof (slope_at_maximiser_right _ a b m _ (opposite_risk_derivative m) m_local ltac:(lra))
    as slope_sign.
  destruct (Rle_lt_or_eq_dec m a1 left) as [before | same].
  - pose proof (M_slope_left _ _ a a1 b m plus_drop minus_drop a1_b ltac:(lra)). lra.
  - rewrite same, risk_slope_at_truth in slope_sign. lra.
Qed.

End EqualDrops.

(** M, the side: a local minimiser of the risk is left of, at, or right of the truth exactly as
    F_plus(A) is less than, equal to, or greater than F_minus(B). *)
Theorem M_shrunk_side (sigma phi_plus phi_minus : R -> R) (a a1 b m : R) :
  odd_sigmoid sigma -> margin_loss phi_plus -> margin_loss phi_minus -> a < a1 -> a1 < b ->
  local_minimiser (risk sigma phi_plus phi_minus a a1 b) a b m ->
  (m < a1 <-> drop sigma phi_plus (a1 - a) < drop sigma phi_minus (b - a1)) /\
  (m = a1 <-> drop sigma phi_plus (a1 - a) = drop sigma phi_minus (b - a1)) /\
  (a1 < m <-> drop sigma phi_minus (b - a1) < drop sigma phi_plus (a1 - a)).
Proof.
  intros sigmoid plus_loss minus_loss a_a1 a1_b m_local.
  pose proof (fun less => smaller_plus_drop sigma phi_plus phi_minus sigmoid plus_loss minus_loss
    a a1 b a_a1 m less m_local) as left.
  pose proof (fun less => smaller_minus_drop sigma phi_plus phi_minus sigmoid plus_loss minus_loss
    a a1 b a1_b m less m_local) as right.
  pose proof (fun equal => proj2 (equal_drops_suffice sigma phi_plus phi_minus sigmoid plus_loss
    minus_loss a a1 b a_a1 a1_b equal) m m_local) as centre.
  destruct (Rtotal_order (drop sigma phi_plus (a1 - a)) (drop sigma phi_minus (b - a1)))
    as [less | [equal | more]].
  - specialize (left less). repeat split; intros; lra.
  - specialize (centre equal). repeat split; intros; lra.
  - specialize (right more). repeat split; intros; lra.
Qed.

(** M, equal drops: the truth a1 is the only minimiser of the risk on [a, b] exactly when both
    classes drop equally, F_plus(A) = F_minus(B). *)
Theorem M_equal_drops (sigma phi_plus phi_minus : R -> R) (a a1 b : R) :
  odd_sigmoid sigma -> margin_loss phi_plus -> margin_loss phi_minus -> a < a1 -> a1 < b ->
  only_minimiser (risk sigma phi_plus phi_minus a a1 b) a b a1 <->
  drop sigma phi_plus (a1 - a) = drop sigma phi_minus (b - a1).
Proof.
  intros sigmoid plus_loss minus_loss a_a1 a1_b. split.
  - intros [best _].
    now apply (M_shrunk_side sigma phi_plus phi_minus a a1 b a1 sigmoid plus_loss minus_loss
      a_a1 a1_b (global_minimiser_is_local _ _ _ _ best)).
  - now apply equal_drops_suffice.
Qed.

(** The risk has a global minimiser on [a, b], so that Theorem M speaks of something. *)
Lemma risk_minimiser_exists (sigma phi_plus phi_minus : R -> R) (a a1 b : R) :
  odd_sigmoid sigma -> margin_loss phi_plus -> margin_loss phi_minus -> a <= b ->
  exists m, global_minimiser (risk sigma phi_plus phi_minus a a1 b) a b m.
Proof.
  intros sigmoid plus_loss minus_loss order.
  destruct (global_maximiser_exists _ _ (opposite_risk_derivative sigma phi_plus phi_minus
    sigmoid plus_loss minus_loss a a1 b) a b order) as [m m_best].
  exists m. now apply (global_minimiser_opp _ _ a b 0 m (fun x => eq_refl)) in m_best.
Qed.

(** * Class weights for one loss *)

(** The drop of a weighted loss is the weighted drop. *)
Lemma drop_weighted (sigma phi : R -> R) (w u : R) :
  drop sigma (fun m => w * phi m) u = w * drop sigma phi u.
Proof. unfold drop. ring. Qed.

(** T10: with one convex margin loss and class weights, the truth is the only minimiser exactly
    for the calibrated weights, w_plus F(A) = w_minus F(B), at every imbalance. *)
Theorem T10_calibrated_weights (sigma phi : R -> R) (w_plus w_minus a a1 b : R) :
  odd_sigmoid sigma -> margin_loss phi -> 0 < w_plus -> 0 < w_minus -> a < a1 -> a1 < b ->
  only_minimiser (risk sigma (fun m => w_plus * phi m) (fun m => w_minus * phi m) a a1 b) a b a1
  <-> w_plus * drop sigma phi (a1 - a) = w_minus * drop sigma phi (b - a1).
Proof.
  intros sigmoid is_loss plus_pos minus_pos a_a1 a1_b. rewrite <- !drop_weighted.
  apply M_equal_drops; auto using margin_loss_weighted.
Qed.

(** T10 as a ratio: the calibrated weights are those with
    w_plus / w_minus = (H(0) - H(B)) / (H(0) - H(A)), where H(u) = phi(sigma(u)). *)
Corollary T10_calibrated_ratio (sigma phi : R -> R) (w_plus w_minus a a1 b : R) :
  odd_sigmoid sigma -> margin_loss phi -> 0 < w_plus -> 0 < w_minus -> a < a1 -> a1 < b ->
  only_minimiser (risk sigma (fun m => w_plus * phi m) (fun m => w_minus * phi m) a a1 b) a b a1
  <-> w_plus / w_minus = (phi (sigma 0) - phi (sigma (b - a1)))
                         / (phi (sigma 0) - phi (sigma (a1 - a))).
Proof.
  intros sigmoid is_loss plus_pos minus_pos a_a1 a1_b.
  rewrite (T10_calibrated_weights sigma phi w_plus w_minus a a1 b); auto.
  pose proof (drop_positive phi is_loss sigma sigmoid (a1 - a) ltac:(lra)) as plus_drop.
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

(** M, the right ratio: for every convex margin loss and 0 < A < B the ratio F(B)/F(A) of the
    calibrated weights is at least 1 and less than B/A, the ratio of inverse frequencies. *)
Theorem M_inverse_frequency (sigma phi : R -> R) (A B : R) :
  odd_sigmoid sigma -> margin_loss phi -> 0 < A -> A < B ->
  1 <= drop sigma phi B / drop sigma phi A < B / A.
Proof.
  intros sigmoid is_loss A_pos A_B.
  pose proof (drop_positive phi is_loss sigma sigmoid A A_pos) as drop_pos.
  pose proof (drop_monotone phi is_loss sigma sigmoid A B ltac:(lra)) as order.
  pose proof (drop_chord _ A B (drop_of_loss phi is_loss sigma sigmoid) A_pos A_B) as chord.
  set (p := drop sigma phi A) in *. set (n := drop sigma phi B) in *. split.
  - apply (Rmult_le_reg_r p); [exact drop_pos |].
    replace (n / p * p) with n by (field; lra). lra.
  - apply (Rmult_lt_reg_r (A * p)); [now apply Rmult_lt_0_compat |].
    replace (n / p * (A * p)) with (A * n) by (field; lra).
    replace (B / A * (A * p)) with (B * p) by (field; lra). exact chord.
Qed.

(** M, over-correction: for every convex margin loss and A < B, inverse-frequency weights,
    w_plus A = w_minus B, put every local minimiser right of the truth. *)
Theorem M_inverse_frequency_overcorrects (sigma phi : R -> R) (w_plus w_minus a a1 b m : R) :
  odd_sigmoid sigma -> margin_loss phi -> 0 < w_plus -> 0 < w_minus -> a < a1 ->
  a1 - a < b - a1 -> w_plus * (a1 - a) = w_minus * (b - a1) ->
  local_minimiser (risk sigma (fun m => w_plus * phi m) (fun m => w_minus * phi m) a a1 b) a b m ->
  a1 < m.
Proof.
  intros sigmoid is_loss plus_pos minus_pos a_a1 imbalance inverse m_local.
  apply (M_shrunk_side _ _ _ a a1 b m) in m_local; auto using margin_loss_weighted; [| lra].
  apply m_local. rewrite !drop_weighted.
  pose proof (drop_chord _ (a1 - a) (b - a1) (drop_of_loss phi is_loss sigma sigmoid)
    ltac:(lra) imbalance) as chord.
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

(** M without weights: a convex margin loss never lets a local minimiser of the risk lie on the
    side of the larger class. *)
Theorem M_unweighted (sigma phi : R -> R) (a a1 b m : R) :
  odd_sigmoid sigma -> margin_loss phi -> a < a1 -> a1 - a < b - a1 ->
  local_minimiser (risk sigma phi phi a a1 b) a b m -> m <= a1.
Proof.
  intros sigmoid is_loss a_a1 imbalance m_local.
  apply (M_shrunk_side _ _ _ a a1 b m) in m_local; auto; [| lra].
  destruct m_local as [_ [_ right]].
  pose proof (drop_monotone phi is_loss sigma sigmoid (a1 - a) (b - a1) ltac:(lra)).
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

(** M without weights, equal lengths: for A = B every convex margin loss has the truth as its only
    minimiser. *)
Theorem M_unweighted_equal_sizes (sigma phi : R -> R) (a a1 b : R) :
  odd_sigmoid sigma -> margin_loss phi -> a < a1 -> b - a1 = a1 - a ->
  only_minimiser (risk sigma phi phi a a1 b) a b a1.
Proof.
  intros sigmoid is_loss a_a1 equal. apply M_equal_drops; auto; [lra |]. now rewrite equal.
Qed.

(** * Losses that stop falling *)

(** M for a saturated loss: if the convex margin loss is constant from the margin
    sigma(min(A, B)) on, then the truth is the only minimiser without any weights. *)
Theorem M_saturated (sigma phi : R -> R) (a a1 b : R) :
  odd_sigmoid sigma -> margin_loss phi -> a < a1 -> a1 < b ->
  (forall m, sigma (Rmin (a1 - a) (b - a1)) <= m -> m < 1 ->
     phi m = phi (sigma (Rmin (a1 - a) (b - a1)))) ->
  only_minimiser (risk sigma phi phi a a1 b) a b a1.
Proof.
  intros sigmoid is_loss a_a1 a1_b constant. apply M_equal_drops; auto. unfold drop.
  rewrite (constant (sigma (a1 - a))), (constant (sigma (b - a1))); [reflexivity | | | |].
  - apply (sigmoid_monotone sigma sigmoid), Rmin_r.
  - now apply sigmoid_below_one.
  - apply (sigmoid_monotone sigma sigmoid), Rmin_l.
  - now apply sigmoid_below_one.
Qed.

(** The hinge with margin m0: max(0, m0 - m). *)
Definition hinge (m0 m : R) : R := Rmax 0 (m0 - m).

(** The hinge with a margin between 0 and 1 is a convex margin loss. *)
Lemma hinge_is_margin_loss (m0 : R) : 0 < m0 < 1 -> margin_loss (hinge m0).
Proof.
  intro m0_in. unfold hinge. split.
  - intros x m y _ x_m m_y _.
    pose proof (Rmax_l 0 (m0 - x)) as x_zero. pose proof (Rmax_r 0 (m0 - x)) as x_line.
    pose proof (Rmax_l 0 (m0 - y)) as y_zero. pose proof (Rmax_r 0 (m0 - y)) as y_line.
    apply Rmax_case.
    + rewrite Rmult_0_r. apply Rplus_le_le_0_compat; apply Rmult_le_pos; lra.
    + apply (Rmult_le_compat_l (y - m)) in x_line; [| lra].
      apply (Rmult_le_compat_l (m - x)) in y_line; lra.
  - intros x y _ x_y _. apply Rle_max_compat_l. lra.
  - exists m0. split; [exact m0_in |].
    rewrite Rminus_eq_0, Rminus_0_r, (Rmax_left 0 0), (Rmax_right 0 m0); lra.
Qed.

(** T11: the hinge with a small margin, 0 < m0 <= sigma(min(A, B)), has the truth as its only
    minimiser, whatever the imbalance and without weights. *)
Theorem T11_small_margin (sigma : R -> R) (m0 a a1 b : R) :
  odd_sigmoid sigma -> a < a1 -> a1 < b -> 0 < m0 <= sigma (Rmin (a1 - a) (b - a1)) ->
  only_minimiser (risk sigma (hinge m0) (hinge m0) a a1 b) a b a1.
Proof.
  intros sigmoid a_a1 a1_b m0_in.
  pose proof (sigmoid_below_one sigma sigmoid (Rmin (a1 - a) (b - a1))) as below_one.
  apply M_saturated; auto.
  - apply hinge_is_margin_loss. lra.
  - intros m m_large _. unfold hinge. rewrite !Rmax_left; lra.
Qed.

(** Losses that charge wrong answers alone, like max(0, -m), need no weights either: if both losses
    are constant on [0, 1), larger at negative margins and continuous, the truth is the only
    minimiser; convexity is not needed. *)
Theorem M_errors_only (sigma phi_plus phi_minus : R -> R) (a a1 b : R) :
  odd_sigmoid sigma -> a < a1 -> a1 < b ->
  (forall m : R, - 1 < m < 1 -> continuous phi_plus m) ->
  (forall m : R, - 1 < m < 1 -> continuous phi_minus m) ->
  (forall m, 0 <= m < 1 -> phi_plus m = phi_plus 0 /\ phi_minus m = phi_minus 0) ->
  (forall m, - 1 < m < 0 -> phi_plus 0 < phi_plus m /\ phi_minus 0 < phi_minus m) ->
  only_minimiser (risk sigma phi_plus phi_minus a a1 b) a b a1.
Proof.
  intros sigmoid a_a1 a1_b plus_continuous minus_continuous flat charged.
  apply (only_minimiser_opp _ _ a b 0 a1 (fun x => eq_refl)).
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
  apply (only_maximiser_by_sign _
    (fun t => - drop_slope (drop sigma phi_plus) (drop sigma phi_minus) a a1 b t)).
  - intro t. apply is_derive_ext with (f := fun t => - risk sigma phi_plus phi_minus a a1 b t).
    + intro s. symmetry. apply Rminus_0_l.
    + apply @is_derive_opp. now apply M_risk_derivative.
  - lra.
  - intros t t_in. unfold drop_slope, drop.
    pose proof (right (t - a) ltac:(lra)). pose proof (right (b - t) ltac:(lra)).
    pose proof (right (a1 - t) ltac:(lra)). pose proof (wrong (t - a1) ltac:(lra)). lra.
  - intros t t_in. unfold drop_slope, drop.
    pose proof (right (t - a) ltac:(lra)). pose proof (right (b - t) ltac:(lra)).
    pose proof (right (t - a1) ltac:(lra)). pose proof (wrong (a1 - t) ltac:(lra)). lra.
Qed.

(** * The linear loss *)

(** The weighted linear loss w (1 - m) is a convex margin loss. *)
Lemma linear_is_margin_loss (w : R) : 0 < w -> margin_loss (fun m => w * (1 - m)).
Proof.
  intro w_pos. apply (margin_loss_weighted (fun m => 1 - m) w w_pos). split.
  - intros. lra.
  - intros. lra.
  - exists (1 / 2). lra.
Qed.

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

(** Theorem M contains T4: calibrated weights make the truth the only maximiser of the gain, and
    no other weights do. *)
Corollary M_contains_T4 (sigma : R -> R) (w_plus w_minus a a1 b : R) :
  odd_sigmoid sigma -> 0 < w_plus -> 0 < w_minus -> a < a1 -> a1 < b ->
  only_maximiser (gain sigma w_plus w_minus a a1 b) a b a1 <->
  w_plus * sigma (a1 - a) = w_minus * sigma (b - a1).
Proof.
  intros sigmoid plus_pos minus_pos a_a1 a1_b. rewrite <- !drop_linear.
  rewrite <- M_equal_drops by auto using linear_is_margin_loss.
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
  apply M_shrunk_side; auto using linear_is_margin_loss.
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
