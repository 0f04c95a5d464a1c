(** The softsign family u / (|u| + delta).

    At every scale delta > 0 it is an odd sigmoid with the density delta / (|u| + delta)^2.
    It violates criterion (C) at every value beta = sigma(z): the density, as a function of the
    value, is (1 - beta)^2 / delta, which is convex where the criterion asks for concavity. *)
From Coq Require Import Reals Lra.
From Coquelicot Require Import Coquelicot.
From Lossbook Require Import Calculus Sigmoid Gain Uniqueness Families.
Open Scope R_scope.

(** The softsign sigmoid with scale [delta]. *)
Definition softsign_sigmoid (delta u : R) : R := u / (Rabs u + delta).

(** The density of the softsign sigmoid with scale [delta]. *)
Definition softsign_density (delta u : R) : R := delta / (Rabs u + delta) ^ 2.

(** The softsign sigmoid is odd. *)
Lemma softsign_odd (delta u : R) : softsign_sigmoid delta (- u) = - softsign_sigmoid delta u.
Proof. unfold softsign_sigmoid. rewrite Rabs_Ropp. unfold Rdiv. ring. Qed.

(** The density of softsign is even. *)
Lemma softsign_density_even (delta u : R) :
  softsign_density delta (- u) = softsign_density delta u.
Proof. unfold softsign_density. now rewrite Rabs_Ropp. Qed.

(** On the half line softsign is u / (u + delta). *)
Lemma softsign_on_half_line (delta u : R) :
  0 <= u -> softsign_sigmoid delta u = u / (u + delta).
Proof. intro u_nonneg. unfold softsign_sigmoid. now rewrite Rabs_pos_eq. Qed.

(** The density is the derivative of softsign right of 0. *)
Lemma softsign_derivative_positive (delta u : R) :
  0 < delta -> 0 < u -> is_derive (softsign_sigmoid delta) u (softsign_density delta u).
Proof.
  intros delta_pos u_pos. unfold softsign_density. rewrite Rabs_pos_eq by lra.
  apply is_derive_ext_loc with (f := fun v => v / (v + delta)).
  - exists (mkposreal u u_pos). intros v v_near. apply Rabs_def2 in v_near. simpl in v_near.
    unfold minus, plus, opp in v_near; simpl in v_near.
    symmetry. apply softsign_on_half_line. lra.
  - auto_derive; [lra |]. field. lra.
Qed.

(** The density is the derivative of softsign at 0. *)
Lemma softsign_derivative_zero (delta : R) :
  0 < delta -> is_derive (softsign_sigmoid delta) 0 (softsign_density delta 0).
Proof.
  intro delta_pos. apply is_derive_Reals. intros eps eps_pos.
  assert (radius_pos : 0 < eps * (delta * delta))
    by (apply Rmult_lt_0_compat; [exact eps_pos | now apply Rmult_lt_0_compat]).
  exists (mkposreal _ radius_pos). simpl. intros h h_nonzero h_small.
  pose proof (Rabs_pos_lt h h_nonzero) as abs_pos.
  unfold softsign_sigmoid, softsign_density. rewrite Rplus_0_l, Rabs_R0.
  replace ((h / (Rabs h + delta) - 0 / (0 + delta)) / h - delta / (0 + delta) ^ 2)
    with (- (Rabs h / (delta * (Rabs h + delta)))) by (field; lra).
  rewrite Rabs_Ropp, Rabs_pos_eq.
  - apply Rlt_div_l; [apply Rmult_lt_0_compat; lra |].
    pose proof (Rmult_lt_0_compat (eps * delta) (Rabs h)
      ltac:(now apply Rmult_lt_0_compat) abs_pos). lra.
  - apply Rdiv_le_0_compat; [lra | apply Rmult_lt_0_compat; lra].
Qed.

(** The density is the derivative of softsign. *)
Theorem softsign_derivative (delta u : R) :
  0 < delta -> is_derive (softsign_sigmoid delta) u (softsign_density delta u).
Proof.
  intro delta_pos. destruct (Rtotal_order u 0) as [negative | [zero | positive]].
  - apply is_derive_ext with (f := fun v => - softsign_sigmoid delta (- v)).
    + intro v. now rewrite softsign_odd, Ropp_involutive.
    + replace (softsign_density delta u) with (- - softsign_density delta u) by ring.
      apply @is_derive_opp, derivative_reflected. rewrite <- softsign_density_even.
      apply softsign_derivative_positive; lra.
  - rewrite zero. now apply softsign_derivative_zero.
  - now apply softsign_derivative_positive.
Qed.

(** The density of softsign is positive. *)
Lemma softsign_density_positive (delta u : R) : 0 < delta -> 0 < softsign_density delta u.
Proof.
  intro delta_pos. apply Rdiv_lt_0_compat; [exact delta_pos |].
  apply pow_lt. pose proof (Rabs_pos u). lra.
Qed.

(** The density of softsign falls on the half line. *)
Lemma softsign_density_falls (delta u v : R) :
  0 < delta -> 0 <= u -> u < v -> softsign_density delta v < softsign_density delta u.
Proof.
  intros delta_pos u_nonneg order. unfold softsign_density. rewrite !Rabs_pos_eq by lra.
  apply Rmult_lt_compat_l; [exact delta_pos |].
  apply Rinv_lt_contravar; [apply Rmult_lt_0_compat; apply pow_lt; lra |].
  pose proof (Rmult_le_0_lt_compat (u + delta) (v + delta) (u + delta) (v + delta)
    ltac:(lra) ltac:(lra) ltac:(lra) ltac:(lra)). simpl. lra.
Qed.

(** The softsign sigmoid is an odd sigmoid. *)
Theorem softsign_is_odd_sigmoid (delta : R) : 0 < delta -> odd_sigmoid (softsign_sigmoid delta).
Proof.
  intro delta_pos. apply (odd_sigmoid_from_density _ (softsign_density delta)).
  - apply softsign_odd.
  - intro u. now apply softsign_derivative.
  - intro u. now apply softsign_density_positive.
  - intros u v. now apply softsign_density_falls.
  - apply (limit_one _ delta). intros u u_pos. rewrite softsign_on_half_line by lra. split.
    + apply Rle_div_r; [lra |].
      replace ((1 - delta / u) * (u + delta)) with (u - delta * delta / u) by (field; lra).
      pose proof (Rdiv_lt_0_compat (delta * delta) u ltac:(now apply Rmult_lt_0_compat) u_pos).
      lra.
    + apply Rle_div_l; lra.
Qed.

(** On the half line the density is (1 - sigma)^2 / delta. *)
Lemma softsign_density_by_value (delta u : R) :
  0 < delta -> 0 <= u -> softsign_density delta u = (1 - softsign_sigmoid delta u) ^ 2 / delta.
Proof.
  intros delta_pos u_nonneg. unfold softsign_density.
  rewrite softsign_on_half_line, Rabs_pos_eq by exact u_nonneg. field. lra.
Qed.

(** T3: softsign violates criterion (C) at every value, with the reverse strict inequality. *)
Theorem T3_softsign_violates (delta z y : R) :
  0 < delta -> 0 < z -> softsign_sigmoid delta y = 2 * softsign_sigmoid delta z ->
  2 * softsign_density delta z < softsign_density delta 0 + softsign_density delta y.
Proof.
  intros delta_pos z_pos double. pose proof (softsign_is_odd_sigmoid delta delta_pos) as sigmoid.
  pose proof (sigmoid_positive _ sigmoid z z_pos) as value_pos.
  pose proof (sigmoid_positive_inv _ sigmoid y ltac:(lra)) as y_pos.
  rewrite !softsign_density_by_value, double, (sigmoid_zero _ sigmoid) by lra.
  set (beta := softsign_sigmoid delta z) in *.
  pose proof (Rmult_lt_0_compat beta beta value_pos value_pos).
  apply (Rmult_lt_reg_r delta); [exact delta_pos |].
  unfold Rdiv. rewrite Rmult_plus_distr_r, !Rmult_assoc, !Rinv_l by lra. lra.
Qed.

(** Softsign does not satisfy criterion (C). *)
Corollary softsign_not_criterion (delta : R) :
  0 < delta -> ~ criterion_C (softsign_sigmoid delta) (softsign_density delta).
Proof.
  intros delta_pos criterion.
  assert (double : softsign_sigmoid delta delta = 2 * softsign_sigmoid delta (delta / 3))
    by (rewrite !softsign_on_half_line by lra; field; lra).
  pose proof (criterion (delta / 3) delta ltac:(lra) double).
  pose proof (T3_softsign_violates delta (delta / 3) delta delta_pos ltac:(lra) double). lra.
Qed.
