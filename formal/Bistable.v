(** Weighted bistability (T7').

    Without a log-concave density some weights and lengths give the gain two local maximisers:
    its slope is positive, negative and again positive, at the end b.  Softsign with A = 1, B = 5
    and the weights 36 and 1 needs rational arithmetic alone; arctan with A = 1, B = 20 and the
    weights 740 and 1 needs only tangents of atan and 3 < PI < 10/3. *)
From Coq Require Import Reals Lra.
From Coquelicot Require Import Coquelicot.
From Lossbook Require Import Calculus Sigmoid Gain Arctan Softsign Refutations WholeLine.
Open Scope R_scope.

(** * Two local maximisers from three signs *)

(** If the derivative is positive at p and negative at q > p, there is a local maximiser between
    them. *)
Lemma local_maximiser_between (f df : R -> R) (a b p q : R) :
  (forall x, is_derive f x (df x)) -> a <= p -> p < q -> q <= b -> 0 < df p -> df q < 0 ->
  exists m, p < m < q /\ local_maximiser f a b m.
Proof.
  intros derivative a_p p_q q_b rising falling.
  destruct (global_maximiser_exists f df derivative p q ltac:(lra)) as [m m_best].
  pose proof (global_is_local _ _ _ _ m_best) as m_local. destruct m_best as [m_in best].
  assert (m_inside : p < m < q).
  { split; apply Rnot_le_lt; intro end_point.
    - pose proof (slope_at_maximiser_right f p q m _ (derivative m) m_local ltac:(lra)).
      replace m with p in * by lra. lra.
    - pose proof (slope_at_maximiser_left f p q m _ (derivative m) m_local ltac:(lra)).
      replace m with q in * by lra. lra. }
  exists m. split; [exact m_inside |]. split; [lra |].
  exists (Rmin (m - p) (q - m)). split; [apply Rmin_glb_lt; lra |].
  intros x _ x_near. pose proof (Rmin_l (m - p) (q - m)). pose proof (Rmin_r (m - p) (q - m)).
  apply Rabs_def2 in x_near. apply best. lra.
Qed.

(** If the derivative at the right end is positive, the right end is a local maximiser. *)
Lemma right_end_local_maximiser (f : R -> R) (a b l : R) :
  a <= b -> is_derive f b l -> 0 < l -> local_maximiser f a b b.
Proof.
  intros order derivative l_pos.
  destruct (left_end_local_maximiser (fun t => f (- t)) (- b) (- a) (- l))
    as [_ [radius [radius_pos best]]]; [lra | | lra |].
  - apply derivative_reflected. now rewrite Ropp_involutive.
  - split; [lra |]. exists radius. split; [exact radius_pos |]. intros x x_in x_near.
    specialize (best (- x) ltac:(lra)). rewrite !Ropp_involutive in best. apply best.
    replace (- x - - b) with (- (x - b)) by ring. now rewrite Rabs_Ropp.
Qed.

(** If the slope is positive at p, negative at q > p and positive at b, the gain has a local
    maximiser between p and q and another one at b. *)
Lemma two_local_maximisers (sigma : R -> R) (w_plus w_minus a a1 b p q : R) :
  odd_sigmoid sigma -> a <= p -> p < q -> q <= b ->
  0 < slope sigma w_plus w_minus a a1 b p -> slope sigma w_plus w_minus a a1 b q < 0 ->
  0 < slope sigma w_plus w_minus a a1 b b ->
  exists m, p < m < q /\ local_maximiser (gain sigma w_plus w_minus a a1 b) a b m /\
    local_maximiser (gain sigma w_plus w_minus a a1 b) a b b.
Proof.
  intros sigmoid a_p p_q q_b rising falling rising_again.
  pose proof (fun t => C5_gain_derivative sigma w_plus w_minus a a1 b t sigmoid) as derivative.
  destruct (local_maximiser_between _ _ a b p q derivative a_p p_q q_b rising falling)
    as [m [m_in m_local]].
  exists m. split; [exact m_in |]. split; [exact m_local |].
  apply (right_end_local_maximiser _ a b _ ltac:(lra) (derivative b) rising_again).
Qed.

(** * Softsign *)

(** T7' is false: for softsign with scale 1, (a, a1, b) = (0, 1, 6) and the weights 36 and 1 the
    gain has two local maximisers, one inside (1, 5) and the right end 6. *)
Theorem T7prime_softsign :
  let G := gain (softsign_sigmoid 1) 36 1 0 1 6 in
  exists m, 1 < m < 5 /\ local_maximiser G 0 6 m /\ local_maximiser G 0 6 6.
Proof.
  apply two_local_maximisers; try lra; [apply softsign_is_odd_sigmoid; lra | | |];
    unfold slope; rewrite !softsign_on_half_line by lra; lra.
Qed.

(** * Arctan *)

(** A step of atan is below its steepest tangent: atan(u + 1) - atan(u) < 1/(1 + u^2) for u >= 0,
    and above its flattest: more than 1/(1 + (u + 1)^2). *)
Lemma atan_step (u : R) :
  0 <= u -> / (1 + (u + 1) ^ 2) < atan (u + 1) - atan u < / (1 + u ^ 2).
Proof.
  intro u_nonneg.
  destruct (mean_value atan (fun t => / (1 + t ^ 2))
    ltac:(intro t; apply is_derive_Reals, derivable_pt_lim_atan) u (u + 1) ltac:(lra))
    as [c [c_in equal]].
  replace (u + 1 - u) with 1 in equal by ring. rewrite equal, Rmult_1_r.
  assert (falls : forall x y, 0 <= x -> x < y -> / (1 + y ^ 2) < / (1 + x ^ 2)).
  { intros x y x_nonneg x_y. pose proof (one_plus_square_positive x).
    pose proof (one_plus_square_positive y).
    apply Rinv_lt_contravar; [now apply Rmult_lt_0_compat |].
    pose proof (Rmult_le_0_lt_compat x y x y x_nonneg x_nonneg x_y x_y). lra. }
  split; apply falls; lra.
Qed.

(** The slope of arctan with scale 1 is 2/PI times the slope of atan. *)
Lemma arctan_slope_by_atan (w_plus w_minus a a1 b theta : R) :
  slope (arctan_sigmoid 1) w_plus w_minus a a1 b theta =
  2 / PI * slope atan w_plus w_minus a a1 b theta.
Proof. unfold slope, arctan_sigmoid. rewrite !Rdiv_1. ring. Qed.

(** In the example the slope at the truth 1 is positive. *)
Lemma arctan_slope_truth : 0 < slope atan 740 1 0 1 21 1.
Proof.
  unfold slope. rewrite Rminus_0_r, Rminus_eq_0, atan_0, atan_1. replace (21 - 1) with 20 by ring.
  pose proof (atan_bound 20). pose proof PI_RGT_0. lra.
Qed.

(** In the example the slope at 20 is negative. *)
Lemma arctan_slope_near_end : slope atan 740 1 0 1 21 20 < 0.
Proof.
  unfold slope. rewrite Rminus_0_r. replace (20 - 1) with 19 by ring.
  replace (21 - 20) with 1 by ring. rewrite atan_1.
  pose proof (atan_step 19 ltac:(lra)) as step. replace (19 + 1) with 20 in step by ring.
  pose proof (atan_below_identity (/ 19) ltac:(lra)) as small.
  rewrite atan_inv in small by lra. pose proof PI2_3_2. lra.
Qed.

(** In the example the slope at the right end 21 is positive. *)
Lemma arctan_slope_end : 0 < slope atan 740 1 0 1 21 21.
Proof.
  unfold slope. rewrite Rminus_0_r, Rminus_eq_0, atan_0. replace (21 - 1) with 20 by ring.
  pose proof (atan_step 20 ltac:(lra)) as step. replace (20 + 1) with 21 in step by ring.
  pose proof (atan_bound 20). pose proof pi_bounds. lra.
Qed.

(** T7' is false: for arctan with scale 1, (a, a1, b) = (0, 1, 21) and the weights 740 and 1 the
    gain has two local maximisers, one inside (1, 20) and the right end 21. *)
Theorem T7prime_arctan :
  let G := gain (arctan_sigmoid 1) 740 1 0 1 21 in
  exists m, 1 < m < 20 /\ local_maximiser G 0 21 m /\ local_maximiser G 0 21 21.
Proof.
  pose proof two_over_pi_positive as scale_pos.
  apply two_local_maximisers; try lra; [apply arctan_is_odd_sigmoid; lra | | |];
    rewrite arctan_slope_by_atan.
  - apply Rmult_lt_0_compat; [exact scale_pos | apply arctan_slope_truth].
  - pose proof (Rmult_lt_compat_l _ _ _ scale_pos arctan_slope_near_end). lra.
  - apply Rmult_lt_0_compat; [exact scale_pos | apply arctan_slope_end].
Qed.
