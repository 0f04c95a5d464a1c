(** Calibrated weights on the whole line (T4').

    If the density is log-concave (tanh, erf), calibrated weights make the truth the only global
    maximiser on the whole line, not on [a, b] alone.  For arctan they do not: with
    A = 1/10 and B = 100 the gain is larger at -100000 than at the truth.  The estimates need only
    PI < 10/3 and ln 2 > 1/2. *)
From Coq Require Import Reals Lra Machin.
From Coquelicot Require Import Coquelicot.
From Lossbook Require Import Calculus Sigmoid Gain Uniqueness Weights Arctan Tanh Erf.
Open Scope R_scope.

(** * Log-concave densities *)

(** T4 on the whole line for a log-concave density: with calibrated weights the gain is smaller at
    every other point of the line than at the truth. *)
Theorem T4_whole_line_log_concave (sigma density : R -> R) (w_plus w_minus a a1 b theta : R) :
  odd_sigmoid sigma -> (forall u, is_derive sigma u (density u)) ->
  (forall u, 0 < density u) -> log_concave density ->
  0 < w_plus -> 0 < w_minus -> a < a1 -> a1 < b ->
  w_plus * sigma (a1 - a) = w_minus * sigma (b - a1) -> theta <> a1 ->
  gain sigma w_plus w_minus a a1 b theta < gain sigma w_plus w_minus a a1 b a1.
Proof.
  intros sigmoid derivative positive concave plus_pos minus_pos a_a1 a1_b calibrated other.
  pose proof (slope_at_truth sigma sigmoid w_plus w_minus a a1 b) as at_truth.
  pose proof (fun t t' => T7_one_sign_change sigma density sigmoid derivative w_plus w_minus a a1 b
    t t' positive concave plus_pos minus_pos a_a1 a1_b) as sign_change.
  assert (gain_derivative : forall t, is_derive (gain sigma w_plus w_minus a a1 b) t
    (slope sigma w_plus w_minus a a1 b t)) by (intro t; now apply C5_gain_derivative).
  destruct (Rtotal_order theta a1) as [left | [same | right]]; [| now destruct other |].
  - apply (rises_if_positive _ _ gain_derivative); [exact left |]. intros t t_in.
    apply Rnot_le_lt. intro falling. pose proof (sign_change t a1 ltac:(lra) falling). lra.
  - apply (falls_if_negative _ _ gain_derivative); [exact right |]. intros t t_in.
    apply (sign_change a1); lra.
Qed.

(** T4 on the whole line for tanh. *)
Corollary T4_whole_line_tanh (delta w_plus w_minus a a1 b theta : R) :
  0 < delta -> 0 < w_plus -> 0 < w_minus -> a < a1 -> a1 < b ->
  w_plus * tanh_sigmoid delta (a1 - a) = w_minus * tanh_sigmoid delta (b - a1) -> theta <> a1 ->
  gain (tanh_sigmoid delta) w_plus w_minus a a1 b theta
  < gain (tanh_sigmoid delta) w_plus w_minus a a1 b a1.
Proof.
  intro delta_pos. apply (T4_whole_line_log_concave _ (tanh_density delta)).
  - now apply tanh_is_odd_sigmoid.
  - intro u. now apply tanh_derivative.
  - intro u. apply Rdiv_lt_0_compat; [apply tanh_unit_density_positive | exact delta_pos].
  - now apply tanh_log_concave.
Qed.

(** T4 on the whole line for erf. *)
Corollary T4_whole_line_erf (delta w_plus w_minus a a1 b theta : R) :
  0 < delta -> 0 < w_plus -> 0 < w_minus -> a < a1 -> a1 < b ->
  w_plus * erf_sigmoid delta (a1 - a) = w_minus * erf_sigmoid delta (b - a1) -> theta <> a1 ->
  gain (erf_sigmoid delta) w_plus w_minus a a1 b theta
  < gain (erf_sigmoid delta) w_plus w_minus a a1 b a1.
Proof.
  intro delta_pos. apply (T4_whole_line_log_concave _ (erf_density delta)).
  - now apply erf_is_odd_sigmoid.
  - intro u. now apply erf_derivative.
  - intro u. apply Rdiv_lt_0_compat; [apply erf_unit_density_positive | exact delta_pos].
  - now apply erf_log_concave.
Qed.

(** * The heavy tail of arctan *)

(** 2 < PI < 10/3, since PI/4 = atan(1/2) + atan(1/3) < 1/2 + 1/3. *)
Lemma pi_bounds : 2 < PI < 10 / 3.
Proof.
  pose proof PI2_1. pose proof Machin_2_3 as machin.
  pose proof (atan_below_identity (/ 2) ltac:(lra)).
  pose proof (atan_below_identity (/ 3) ltac:(lra)). lra.
Qed.

(** y / (1 + y^2) <= atan(y) for y > 0. *)
Lemma atan_above_fraction (y : R) : 0 < y -> y / (1 + y ^ 2) <= atan y.
Proof.
  intro y_pos.
  destruct (mean_value atan (fun t => / (1 + t ^ 2))
    ltac:(intro t; apply is_derive_Reals, derivable_pt_lim_atan) 0 y y_pos) as [c [c_in equal]].
  rewrite atan_0 in equal.
  assert (less : / (1 + y ^ 2) <= / (1 + c ^ 2)).
  { pose proof (one_plus_square_positive c). apply Rinv_le_contravar; [lra |].
    pose proof (Rmult_le_compat c y c y ltac:(lra) ltac:(lra) ltac:(lra) ltac:(lra)). lra. }
  apply (Rmult_le_compat_l y) in less; [| lra]. unfold Rdiv. lra.
Qed.

(** The tail of arctan is heavy: sigma(u) <= 1 - 2/PI u / (1 + u^2) for u > 0. *)
Lemma arctan_tail_heavy (u : R) :
  0 < u -> arctan_sigmoid 1 u <= 1 - / PI * (2 * u / (1 + u ^ 2)).
Proof.
  intro u_pos. pose proof pi_bounds. pose proof (one_plus_square_positive u).
  pose proof (atan_above_fraction (/ u) (Rinv_0_lt_compat u u_pos)) as above.
  rewrite atan_inv in above by exact u_pos.
  replace (/ u / (1 + (/ u) ^ 2)) with (u / (1 + u ^ 2)) in above by (field; lra).
  unfold arctan_sigmoid. replace (u / 1) with u by field.
  pose proof two_over_pi_positive as scale_pos.
  apply (Rmult_le_compat_l (2 / PI)) in above; [| lra].
  replace (2 / PI * (PI / 2 - atan u)) with (1 - 2 / PI * atan u) in above by (field; lra).
  replace (/ PI * (2 * u / (1 + u ^ 2))) with (2 / PI * (u / (1 + u ^ 2))) by (field; lra). lra.
Qed.

(** But the limit is 1: sigma(u) >= 1 - 1/u for u > 0. *)
Lemma arctan_tail_light (u : R) : 0 < u -> 1 - / u <= arctan_sigmoid 1 u.
Proof.
  intro u_pos. pose proof pi_bounds. pose proof (Rinv_0_lt_compat u u_pos) as inv_pos.
  pose proof (atan_below_identity (/ u) inv_pos) as below.
  rewrite atan_inv in below by exact u_pos.
  unfold arctan_sigmoid. replace (u / 1) with u by field.
  apply (Rmult_lt_compat_l (2 / PI)) in below; [| apply two_over_pi_positive].
  replace (2 / PI * (PI / 2 - atan u)) with (1 - 2 / PI * atan u) in below by (field; lra).
  assert (2 / PI * / u <= 1 * / u); [| lra].
  apply Rmult_le_compat_r; [lra |]. apply Rle_div_l; lra.
Qed.

(** The arctangent of a sliding argument is integrable. *)
Lemma arctan_integrable (theta p q : R) :
  ex_RInt (fun x => arctan_sigmoid 1 (theta - x)) p q.
Proof.
  apply @ex_RInt_continuous. intros x _.
  apply (continuous_comp (fun x => theta - x) (arctan_sigmoid 1)).
  - apply @continuous_minus; [apply continuous_const | apply continuous_id].
  - apply (sigmoid_continuous _ (arctan_is_odd_sigmoid 1 ltac:(lra))).
Qed.

(** * The arctangent on the whole line *)

(** The weight of the negative class in the example, sigma(1/10), is more than 59/1000. *)
Lemma arctan_weight_minus : 59 / 1000 < arctan_sigmoid 1 (1 / 10).
Proof.
  pose proof pi_bounds. unfold arctan_sigmoid. replace (1 / 10 / 1) with (1 / 10) by field.
  pose proof (atan_above_fraction (1 / 10) ltac:(lra)) as above.
  apply (Rmult_lt_reg_l PI); [lra |].
  replace (PI * (2 / PI * atan (1 / 10))) with (2 * atan (1 / 10)) by (field; lra). lra.
Qed.

(** The logarithm of the example: ln(10001) / PI > 195/100, since 10001 > 2^13. *)
Lemma log_over_pi : 195 / 100 < / PI * ln 10001.
Proof.
  pose proof pi_bounds. pose proof ln_lt_2.
  assert (power : ln (2 ^ 13) < ln 10001) by (apply ln_increasing; lra).
  rewrite ln_pow in power by lra. replace (INR 13) with 13 in power by (simpl; ring).
  apply (Rmult_lt_reg_l PI); [lra |]. rewrite <- Rmult_assoc, Rinv_r by lra. lra.
Qed.

(** The positive part of the gain at the truth is at most sigma(1/10)/10. *)
Lemma arctan_truth_plus :
  RInt (fun x => arctan_sigmoid 1 (1 / 10 - x)) 0 (1 / 10) <= arctan_sigmoid 1 (1 / 10) / 10.
Proof.
  replace (arctan_sigmoid 1 (1 / 10) / 10)
    with (RInt (fun _ => arctan_sigmoid 1 (1 / 10)) 0 (1 / 10))
    by (rewrite RInt_const; unfold scal; simpl; unfold mult; simpl; field).
  apply RInt_le; [lra | apply arctan_integrable | apply ex_RInt_const |]. intros x x_in.
  apply sigmoid_monotone; [apply arctan_is_odd_sigmoid |]; lra.
Qed.

(** The negative part of the gain at the truth falls short of 100 by at least ln(10001)/PI. *)
Lemma arctan_truth_minus :
  / PI * ln 10001 - 100 <= RInt (fun x => arctan_sigmoid 1 (1 / 10 - x)) (1 / 10) (1001 / 10).
Proof.
  pose proof pi_bounds.
  assert (integral : is_RInt (fun x => / PI * (2 * (x - 1 / 10) / (1 + (x - 1 / 10) ^ 2)) - 1)
    (1 / 10) (1001 / 10) (/ PI * ln 10001 - 100)).
  { replace (/ PI * ln 10001 - 100)
      with (minus (/ PI * ln (1 + (1001 / 10 - 1 / 10) ^ 2) - 1001 / 10)
                  (/ PI * ln (1 + (1 / 10 - 1 / 10) ^ 2) - 1 / 10)).
    - apply (is_RInt_derive (fun x => / PI * ln (1 + (x - 1 / 10) ^ 2) - x)); intros x _;
        pose proof (one_plus_square_positive (x - 1 / 10)) as pos; simpl in *.
      + auto_derive; [lra |]. field. lra.
      + apply (ex_derive_continuous
          (fun x => / PI * (2 * (x - 1 / 10) / (1 + (x - 1 / 10) * ((x - 1 / 10) * 1))) - 1)).
        auto_derive. lra.
    - replace (1 + (1001 / 10 - 1 / 10) ^ 2) with 10001 by field.
      replace (1 + (1 / 10 - 1 / 10) ^ 2) with 1 by field. rewrite ln_1.
      unfold minus, plus, opp; simpl. field. lra. }
  rewrite <- (is_RInt_unique _ _ _ _ integral).
  apply RInt_le; [lra | now exists (/ PI * ln 10001 - 100) | apply arctan_integrable |].
  intros x x_in. replace (1 / 10 - x) with (- (x - 1 / 10)) by ring.
  rewrite (sigmoid_odd _ (arctan_is_odd_sigmoid 1 ltac:(lra))).
  pose proof (arctan_tail_heavy (x - 1 / 10) ltac:(lra)). lra.
Qed.

(** The positive part of the gain far left is at least -1/10. *)
Lemma arctan_far_plus :
  - (1 / 10) <= RInt (fun x => arctan_sigmoid 1 (- 100000 - x)) 0 (1 / 10).
Proof.
  replace (- (1 / 10)) with (RInt (fun _ => - (1)) 0 (1 / 10))
    by (rewrite RInt_const; unfold scal; simpl; unfold mult; simpl; field).
  apply RInt_le; [lra | apply ex_RInt_const | apply arctan_integrable |]. intros x x_in.
  replace (- 100000 - x) with (- (100000 + x)) by ring.
  pose proof (arctan_is_odd_sigmoid 1 ltac:(lra)) as sigmoid. rewrite (sigmoid_odd _ sigmoid).
  pose proof (sigmoid_below_one _ sigmoid (100000 + x)). lra.
Qed.

(** The negative part of the gain far left is at most -(100 - 1/1000). *)
Lemma arctan_far_minus :
  RInt (fun x => arctan_sigmoid 1 (- 100000 - x)) (1 / 10) (1001 / 10) <= - (99999 / 1000).
Proof.
  replace (- (99999 / 1000)) with (RInt (fun _ => - (99999 / 100000)) (1 / 10) (1001 / 10))
    by (rewrite RInt_const; unfold scal; simpl; unfold mult; simpl; field).
  apply RInt_le; [lra | apply arctan_integrable | apply ex_RInt_const |]. intros x x_in.
  replace (- 100000 - x) with (- (100000 + x)) by ring.
  rewrite (sigmoid_odd _ (arctan_is_odd_sigmoid 1 ltac:(lra))).
  pose proof (arctan_tail_light (100000 + x) ltac:(lra)).
  assert (/ (100000 + x) <= / 100000) by (apply Rinv_le_contravar; lra). lra.
Qed.

(** T4' is false for arctan, too: with scale 1, (a, a1, b) = (0, 1/10, 1001/10), so A = 1/10 and
    B = 100, and the weights sigma(B) and sigma(A), the truth is the only maximiser on [a, b], but
    the gain is larger at -100000. *)
Theorem T4prime_arctan :
  let G := gain (arctan_sigmoid 1) (arctan_sigmoid 1 100) (arctan_sigmoid 1 (1 / 10))
             0 (1 / 10) (1001 / 10) in
  only_maximiser G 0 (1001 / 10) (1 / 10) /\ G (1 / 10) < G (- 100000).
Proof.
  intro G. pose proof (arctan_is_odd_sigmoid 1 ltac:(lra)) as sigmoid.
  pose proof (sigmoid_positive _ sigmoid 100 ltac:(lra)) as plus_pos.
  pose proof (sigmoid_below_one _ sigmoid 100) as plus_small.
  pose proof arctan_weight_minus as minus_large. split.
  - apply T4_calibrated_weights; [exact sigmoid | lra | lra | lra | lra |].
    replace (1 / 10 - 0) with (1 / 10) by ring.
    replace (1001 / 10 - 1 / 10) with 100 by field. ring.
  - unfold G, gain. pose proof log_over_pi as logarithm.
    set (w_plus := arctan_sigmoid 1 100) in *. set (w_minus := arctan_sigmoid 1 (1 / 10)) in *.
    pose proof (Rmult_le_compat_l w_plus _ _ ltac:(lra) arctan_truth_plus) as truth_plus.
    pose proof (Rmult_le_compat_l w_minus _ _ ltac:(lra) arctan_truth_minus) as truth_minus.
    pose proof (Rmult_le_compat_l w_plus _ _ ltac:(lra) arctan_far_plus) as far_plus.
    pose proof (Rmult_le_compat_l w_minus _ _ ltac:(lra) arctan_far_minus) as far_minus.
    pose proof (Rmult_lt_compat_l w_minus _ _ ltac:(lra) logarithm) as gap.
    pose proof (Rmult_lt_compat_r w_minus _ _ ltac:(lra) plus_small) as product.
    fold w_minus in truth_plus. lra.
Qed.
