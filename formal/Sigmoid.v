(** Odd sigmoids and what their concavity gives.

    An odd sigmoid is odd, continuous, strictly increasing, strictly concave on the half line
    u >= 0 and tends to 1.  From this follow: values between -1 and 1, increments that shrink,
    strict subadditivity (L1, the key lemma of the folder), the chord inequality, Jensen's
    inequality for one weight to two, and the intermediate values the later files need.
    The last lemmas build odd sigmoids: by rescaling, and from a decreasing derivative. *)
From Coq Require Import Reals Lra.
From Coquelicot Require Import Coquelicot.
From Lossbook Require Import Calculus.
Open Scope R_scope.

(** An odd sigmoid: odd, continuous, strictly increasing, strictly concave on the half line
    (three-point form: the graph is above the chord), with limit 1. *)
Record odd_sigmoid (sigma : R -> R) : Prop := {
  sigmoid_odd : forall u, sigma (- u) = - sigma u;
  sigmoid_continuous : forall u, continuous sigma u;
  sigmoid_increasing : forall u v, u < v -> sigma u < sigma v;
  sigmoid_concave : forall x m y, 0 <= x -> x < m -> m < y ->
    (y - m) * sigma x + (m - x) * sigma y < (y - x) * sigma m;
  sigmoid_limit : is_lim sigma p_infty 1 }.

Section OddSigmoid.
Variable sigma : R -> R.
Hypothesis sigmoid : odd_sigmoid sigma.

(** * Values *)

(** sigma(0) = 0. *)
Lemma sigmoid_zero : sigma 0 = 0.
Proof. pose proof (sigmoid_odd _ sigmoid 0) as odd. rewrite Ropp_0 in odd. lra. Qed.

(** The weak form of growth. *)
Lemma sigmoid_monotone (u v : R) : u <= v -> sigma u <= sigma v.
Proof.
  intros [less | ->]; [left; now apply sigmoid_increasing | apply Rle_refl].
Qed.

(** The order of two values is the order of the arguments. *)
Lemma sigmoid_reflects_lt (u v : R) : sigma u < sigma v -> u < v.
Proof.
  intro less. destruct (Rlt_le_dec u v) as [done | wrong]; [exact done |].
  pose proof (sigmoid_monotone v u wrong). lra.
Qed.

(** The weak order of two values is the weak order of the arguments. *)
Lemma sigmoid_reflects_le (u v : R) : sigma u <= sigma v -> u <= v.
Proof.
  intro less. destruct (Rle_lt_dec u v) as [done | wrong]; [exact done |].
  pose proof (sigmoid_increasing _ sigmoid v u wrong). lra.
Qed.

(** sigma takes no value twice. *)
Lemma sigmoid_injective (u v : R) : sigma u = sigma v -> u = v.
Proof. intro equal. apply Rle_antisym; apply sigmoid_reflects_le; lra. Qed.

(** sigma is positive on the positive half line. *)
Lemma sigmoid_positive (u : R) : 0 < u -> 0 < sigma u.
Proof. intro u_pos. rewrite <- sigmoid_zero. now apply sigmoid_increasing. Qed.

(** sigma is not negative on the half line. *)
Lemma sigmoid_nonneg (u : R) : 0 <= u -> 0 <= sigma u.
Proof. intro u_nonneg. rewrite <- sigmoid_zero. now apply sigmoid_monotone. Qed.

(** A positive value has a positive argument. *)
Lemma sigmoid_positive_inv (u : R) : 0 < sigma u -> 0 < u.
Proof. intro value_pos. apply sigmoid_reflects_lt. now rewrite sigmoid_zero. Qed.

(** sigma stays below its limit 1. *)
Lemma sigmoid_below_one (u : R) : sigma u < 1.
Proof.
  apply Rlt_le_trans with (sigma (u + 1)); [apply sigmoid_increasing; [exact sigmoid | lra] |].
  apply (is_lim_le_loc (fun _ => sigma (u + 1)) sigma p_infty (sigma (u + 1)) 1).
  - exists (u + 1). intros v v_large. left. now apply sigmoid_increasing.
  - apply is_lim_const.
  - now apply sigmoid_limit.
Qed.

(** sigma stays above -1. *)
Lemma sigmoid_above_minus_one (u : R) : - 1 < sigma u.
Proof.
  pose proof (sigmoid_below_one (- u)) as bound. rewrite (sigmoid_odd _ sigmoid) in bound. lra.
Qed.

(** Every value between two values of sigma is a value of sigma in between. *)
Lemma sigmoid_between (p q v : R) :
  p <= q -> sigma p <= v <= sigma q -> exists u, p <= u <= q /\ sigma u = v.
Proof.
  intros order value. destruct (Rle_lt_or_eq_dec p q order) as [less | same].
  - destruct (IVT_gen sigma p q v) as [u [u_in u_value]].
    + intro x. apply continuity_pt_filterlim, (sigmoid_continuous _ sigmoid).
    + rewrite Rmin_left, Rmax_right; lra.
    + rewrite Rmin_left, Rmax_right in u_in by lra. now exists u.
  - subst q. exists p. lra.
Qed.

(** Every number v with 0 < v < 1 is sigma(u) for some u > 0. *)
Lemma sigmoid_inverse (v : R) : 0 < v < 1 -> exists u, 0 < u /\ sigma u = v.
Proof.
  intro v_in.
  assert (beyond : exists q, 0 < q /\ v < sigma q).
  { pose proof (sigmoid_limit _ sigmoid) as limit. apply is_lim_spec in limit.
    destruct (limit (mkposreal (1 - v) ltac:(lra))) as [bound large]. simpl in large.
    exists (Rmax bound 0 + 1). pose proof (Rmax_l bound 0). pose proof (Rmax_r bound 0).
    split; [lra |]. specialize (large (Rmax bound 0 + 1) ltac:(lra)).
    apply Rabs_def2 in large. lra. }
  destruct beyond as [q [q_pos q_value]].
  destruct (sigmoid_between 0 q v ltac:(lra)) as [u [u_in u_value]].
  - rewrite sigmoid_zero. lra.
  - exists u. split; [| exact u_value]. apply sigmoid_positive_inv. lra.
Qed.

(** Near a point, sigma is close to its value there. *)
Lemma sigmoid_close (u eps : R) :
  0 < eps -> exists d, 0 < d /\ forall v, Rabs (v - u) < d -> Rabs (sigma v - sigma u) < eps.
Proof.
  intro eps_pos. pose proof (sigmoid_continuous _ sigmoid u) as cont.
  destruct (proj1 (filterlim_locally _ _) cont (mkposreal eps eps_pos)) as [d close].
  exists d. split; [apply cond_pos |]. intros v v_near. now apply close.
Qed.

(** * Concavity *)

(** Decreasing increments: a step of length h gains less from v on than from u < v on. *)
Lemma sigmoid_increments (u v h : R) :
  0 <= u -> u < v -> 0 < h -> sigma (v + h) - sigma v < sigma (u + h) - sigma u.
Proof.
  intros u_nonneg order h_pos.
  pose proof (sigmoid_concave _ sigmoid u v (v + h) u_nonneg order ltac:(lra)) as at_v.
  pose proof (sigmoid_concave _ sigmoid u (u + h) (v + h) u_nonneg ltac:(lra) ltac:(lra)) as at_u.
  apply (Rmult_lt_reg_l (v + h - u)); lra.
Qed.

(** The same with steps of any length from 0 on. *)
Lemma sigmoid_increments_le (u v h : R) :
  0 <= u -> u <= v -> 0 <= h -> sigma (v + h) - sigma v <= sigma (u + h) - sigma u.
Proof.
  intros u_nonneg order h_nonneg.
  destruct (Rle_lt_or_eq_dec 0 h h_nonneg) as [h_pos | <-]; [| rewrite !Rplus_0_r; lra].
  destruct (Rle_lt_or_eq_dec u v order) as [less | ->]; [| lra].
  left. now apply sigmoid_increments.
Qed.

(** Subadditivity from 0 on, in the weak form. *)
Lemma sigmoid_subadditive (u v : R) : 0 <= u -> 0 <= v -> sigma (u + v) <= sigma u + sigma v.
Proof.
  intros u_nonneg v_nonneg.
  pose proof (sigmoid_increments_le 0 u v ltac:(lra) u_nonneg v_nonneg) as step.
  rewrite sigmoid_zero, Rplus_0_l in step. lra.
Qed.

(** The graph turns away from the chord through 0: sigma(v)/v < sigma(u)/u for 0 < u < v. *)
Lemma sigmoid_chord (u v : R) : 0 < u -> u < v -> u * sigma v < v * sigma u.
Proof.
  intros u_pos order.
  pose proof (sigmoid_concave _ sigmoid 0 u v ltac:(lra) u_pos order) as above.
  rewrite sigmoid_zero in above. lra.
Qed.

(** Jensen's inequality: sigma(k) + 2 sigma(z) <= 3 sigma((k + 2 z)/3) for k, z >= 0. *)
Lemma sigmoid_jensen_thirds (k z : R) :
  0 <= k -> 0 <= z -> sigma k + 2 * sigma z <= 3 * sigma ((k + 2 * z) / 3).
Proof.
  intros k_nonneg z_nonneg. destruct (Rtotal_order k z) as [less | [same | more]].
  - pose proof (sigmoid_concave _ sigmoid k ((k + 2 * z) / 3) z k_nonneg
      ltac:(lra) ltac:(lra)) as above.
    apply (Rmult_le_reg_l ((z - k) / 3)); lra.
  - rewrite same. replace ((z + 2 * z) / 3) with z by field. lra.
  - pose proof (sigmoid_concave _ sigmoid z ((k + 2 * z) / 3) k z_nonneg
      ltac:(lra) ltac:(lra)) as above.
    apply (Rmult_le_reg_l ((k - z) / 3)); lra.
Qed.

End OddSigmoid.

(** L1, strict subadditivity: sigma(u + v) < sigma(u) + sigma(v) for u, v > 0. *)
Theorem L1_subadditivity (sigma : R -> R) (sigmoid : odd_sigmoid sigma) (u v : R) :
  0 < u -> 0 < v -> sigma (u + v) < sigma u + sigma v.
Proof.
  intros u_pos v_pos.
  pose proof (sigmoid_increments sigma sigmoid 0 u v ltac:(lra) u_pos v_pos) as step.
  rewrite (sigmoid_zero sigma sigmoid), Rplus_0_l in step. lra.
Qed.

(** For c > 0 there is room between sigma(2 c) and 2 sigma(c): also sigma(2 c + d) < 2 sigma(c)
    for all small d >= 0. *)
Lemma sigmoid_double_room (sigma : R -> R) (sigmoid : odd_sigmoid sigma) (c : R) :
  0 < c -> exists eta, 0 < eta /\ forall d, 0 <= d -> d < eta -> sigma (2 * c + d) < 2 * sigma c.
Proof.
  intro c_pos. pose proof (L1_subadditivity sigma sigmoid c c c_pos c_pos) as room.
  replace (c + c) with (2 * c) in room by ring.
  destruct (sigmoid_close sigma sigmoid (2 * c) (2 * sigma c - sigma (2 * c)) ltac:(lra))
    as [eta [eta_pos close]].
  exists eta. split; [exact eta_pos |]. intros d d_nonneg d_small.
  specialize (close (2 * c + d)).
  replace (2 * c + d - 2 * c) with d in close by ring.
  rewrite Rabs_pos_eq in close by exact d_nonneg.
  specialize (close d_small). apply Rabs_def2 in close. lra.
Qed.

(** * Building odd sigmoids *)

(** An odd sigmoid stays one when its argument is divided by a positive scale. *)
Lemma odd_sigmoid_scaled (sigma : R -> R) (delta : R) :
  0 < delta -> odd_sigmoid sigma -> odd_sigmoid (fun u => sigma (u / delta)).
Proof.
  intros delta_pos sigmoid.
  assert (inv_pos : 0 < / delta) by now apply Rinv_0_lt_compat.
  assert (order : forall u v, u < v -> u / delta < v / delta)
    by (intros u v less; now apply Rmult_lt_compat_r).
  split.
  - intro u. replace (- u / delta) with (- (u / delta)) by (field; lra).
    now apply sigmoid_odd.
  - intro u. apply (continuous_comp (fun u => u / delta) sigma);
      [| now apply sigmoid_continuous].
    apply (ex_derive_continuous (fun u : R => u / delta)). auto_derive. trivial.
  - intros u v less. apply sigmoid_increasing; auto.
  - intros x m y x_nonneg x_m m_y.
    pose proof (sigmoid_concave _ sigmoid (x / delta) (m / delta) (y / delta)
      ltac:(apply Rmult_le_pos; lra) (order _ _ x_m) (order _ _ m_y)) as above.
    apply (Rmult_lt_reg_l (/ delta)); [exact inv_pos |].
    unfold Rdiv in *. lra.
  - apply (is_lim_comp sigma (fun u => u / delta) p_infty 1 p_infty).
    + now apply sigmoid_limit.
    + apply is_lim_ext with (f := fun u => / delta * u); [intro u; apply Rmult_comm |].
      apply is_lim_spec. intro bound. exists (bound * delta). intros u u_large.
      apply (Rmult_lt_reg_l delta); [exact delta_pos |].
      rewrite <- Rmult_assoc, Rinv_r by lra. lra.
    + exists 0. intros u _. discriminate.
Qed.

(** A function whose derivative strictly decreases on the half line is strictly concave there. *)
Lemma concave_from_density (sigma density : R -> R) :
  (forall u, is_derive sigma u (density u)) ->
  (forall u v, 0 <= u -> u < v -> density v < density u) ->
  forall x m y, 0 <= x -> x < m -> m < y ->
  (y - m) * sigma x + (m - x) * sigma y < (y - x) * sigma m.
Proof.
  intros derivative decreasing x m y x_nonneg x_m m_y.
  destruct (mean_value sigma density derivative x m x_m) as [c [c_in left]].
  destruct (mean_value sigma density derivative m y m_y) as [d [d_in right]].
  pose proof (decreasing c d ltac:(lra) ltac:(lra)) as less.
  assert (0 < (m - x) * (y - m)) by (apply Rmult_lt_0_compat; lra).
  assert (density d * ((m - x) * (y - m)) < density c * ((m - x) * (y - m)))
    by now apply Rmult_lt_compat_r.
  replace (sigma x) with (sigma m - density c * (m - x)) by lra.
  replace (sigma y) with (sigma m + density d * (y - m)) by lra. lra.
Qed.
