(** One-variable calculus for the proofs of this folder.

    What it means to be a maximiser or a minimiser on an interval, what the sign of a derivative
    says about growth, the first-order conditions at a local maximiser, and two ways to find that
    there is only one: a derivative whose sign is known on both sides of a point, and a derivative
    that cannot return to zero once it has fallen to it.  The last section differentiates an
    integral whose integrand slides along the line.  Nothing here is about losses. *)
From Coq Require Import Reals Lra.
From Coquelicot Require Import Coquelicot.
Open Scope R_scope.

(** * Maximisers and minimisers on an interval *)

(** No value of [f] on [a, b] exceeds its value at [m], a point of [a, b]. *)
Definition global_maximiser (f : R -> R) (a b m : R) : Prop :=
  a <= m <= b /\ forall x, a <= x <= b -> f x <= f m.

(** No value of [f] at a point of [a, b] close to [m] exceeds its value at [m]. *)
Definition local_maximiser (f : R -> R) (a b m : R) : Prop :=
  a <= m <= b /\
  exists radius, 0 < radius /\
    forall x, a <= x <= b -> Rabs (x - m) < radius -> f x <= f m.

(** No value of [f] on [a, b] is below its value at [m], a point of [a, b]. *)
Definition global_minimiser (f : R -> R) (a b m : R) : Prop :=
  a <= m <= b /\ forall x, a <= x <= b -> f m <= f x.

(** No value of [f] at a point of [a, b] close to [m] is below its value at [m]. *)
Definition local_minimiser (f : R -> R) (a b m : R) : Prop :=
  a <= m <= b /\
  exists radius, 0 < radius /\
    forall x, a <= x <= b -> Rabs (x - m) < radius -> f m <= f x.

(** [m] is a global maximiser on [a, b], and not even a second local one exists. *)
Definition only_maximiser (f : R -> R) (a b m : R) : Prop :=
  global_maximiser f a b m /\ forall m', local_maximiser f a b m' -> m' = m.

(** [m] is a global minimiser on [a, b], and not even a second local one exists. *)
Definition only_minimiser (f : R -> R) (a b m : R) : Prop :=
  global_minimiser f a b m /\ forall m', local_minimiser f a b m' -> m' = m.

(** A global maximiser is a local one. *)
Lemma global_is_local (f : R -> R) (a b m : R) :
  global_maximiser f a b m -> local_maximiser f a b m.
Proof.
  intros [inside top]. split; [exact inside |].
  exists 1. split; [lra |]. intros x x_inside _. now apply top.
Qed.

(** A global minimiser is a local one. *)
Lemma global_minimiser_is_local (f : R -> R) (a b m : R) :
  global_minimiser f a b m -> local_minimiser f a b m.
Proof.
  intros [inside bottom]. split; [exact inside |].
  exists 1. split; [lra |]. intros x x_inside _. now apply bottom.
Qed.

(** The local minimisers of [f] are the local maximisers of [- f + c]. *)
Lemma local_minimiser_opp (f g : R -> R) (a b c m : R) :
  (forall x, g x = c - f x) -> local_minimiser f a b m <-> local_maximiser g a b m.
Proof.
  intros same. split; intros [inside [r [r_pos best]]]; split; try exact inside;
    exists r; split; try exact r_pos; intros x x_in x_near;
    specialize (best x x_in x_near); rewrite ?same in *; lra.
Qed.

(** The global minimisers of [f] are the global maximisers of [- f + c]. *)
Lemma global_minimiser_opp (f g : R -> R) (a b c m : R) :
  (forall x, g x = c - f x) -> global_minimiser f a b m <-> global_maximiser g a b m.
Proof.
  intros same. split; intros [inside best]; split; try exact inside; intros x x_in;
    specialize (best x x_in); rewrite ?same in *; lra.
Qed.

(** [m] is the only minimiser of [f] exactly when it is the only maximiser of [- f + c]. *)
Lemma only_minimiser_opp (f g : R -> R) (a b c m : R) :
  (forall x, g x = c - f x) -> only_minimiser f a b m <-> only_maximiser g a b m.
Proof.
  intros same. unfold only_minimiser, only_maximiser.
  rewrite (global_minimiser_opp f g a b c m same).
  split; intros [best alone]; split; try exact best; intros m' m'_local; apply alone;
    now apply (local_minimiser_opp f g a b c m' same).
Qed.

(** Every other point of the interval has a strictly smaller value than the only maximiser. *)
Lemma only_maximiser_strict (f : R -> R) (a b m x : R) :
  only_maximiser f a b m -> a <= x <= b -> x <> m -> f x < f m.
Proof.
  intros [[m_in best] alone] x_in x_not_m.
  destruct (Rle_lt_or_eq_dec _ _ (best x x_in)) as [less | equal]; [exact less |].
  exfalso. apply x_not_m, alone, global_is_local.
  split; [exact x_in |]. intros y y_in. rewrite equal. now apply best.
Qed.

(** A function that falls strictly up to [m] and rises strictly from there has [m] as its only
    minimiser. *)
Lemma only_minimiser_by_growth (f : R -> R) (a b m : R) :
  a <= m <= b -> (forall p q, a <= p -> p < q -> q <= m -> f q < f p) ->
  (forall p q, m <= p -> p < q -> q <= b -> f p < f q) -> only_minimiser f a b m.
Proof.
  intros m_in falls rises. split; [split; [exact m_in |] |].
  - intros x x_in. destruct (Rtotal_order x m) as [left | [-> | right]]; [| lra |].
    + left. apply falls; lra.
    + left. apply rises; lra.
  - intros m' [m'_in [radius [radius_pos best]]].
    destruct (Rtotal_order m' m) as [left | [same | right]]; [exfalso | exact same | exfalso].
    + pose proof (Rmin_l (radius / 2) (m - m')). pose proof (Rmin_r (radius / 2) (m - m')).
      assert (step : 0 < Rmin (radius / 2) (m - m')) by (apply Rmin_glb_lt; lra).
      pose proof (falls m' (m' + Rmin (radius / 2) (m - m')) ltac:(lra) ltac:(lra) ltac:(lra)).
      specialize (best (m' + Rmin (radius / 2) (m - m')) ltac:(lra)
        ltac:(rewrite Rabs_pos_eq; lra)). lra.
    + pose proof (Rmin_l (radius / 2) (m' - m)). pose proof (Rmin_r (radius / 2) (m' - m)).
      assert (step : 0 < Rmin (radius / 2) (m' - m)) by (apply Rmin_glb_lt; lra).
      pose proof (rises (m' - Rmin (radius / 2) (m' - m)) m' ltac:(lra) ltac:(lra) ltac:(lra)).
      specialize (best (m' - Rmin (radius / 2) (m' - m)) ltac:(lra)
        ltac:(rewrite Rabs_left; lra)). lra.
Qed.

(** * The sign of a derivative *)

(** A number with a derivative of positive sign is exceeded at some point just to its right. *)
Lemma rise_to_the_right (f : R -> R) (x l r : R) :
  is_derive f x l -> 0 < l -> 0 < r -> exists y, x < y < x + r /\ f x < f y.
Proof.
  intros derivative l_pos r_pos. apply is_derive_Reals in derivative.
  destruct (derivative l l_pos) as [d close]. pose proof (cond_pos d) as d_pos.
  set (h := Rmin (d / 2) (r / 2)).
  assert (h_pos : 0 < h) by (unfold h; apply Rmin_case; lra).
  assert (h <= d / 2) by apply Rmin_l. assert (h <= r / 2) by apply Rmin_r.
  exists (x + h). split; [lra |].
  specialize (close h ltac:(lra) ltac:(rewrite Rabs_pos_eq; lra)).
  apply Rabs_def2 in close.
  assert (quotient : 0 < (f (x + h) - f x) / h) by lra.
  apply (Rmult_lt_compat_r h) in quotient; [| exact h_pos].
  unfold Rdiv in quotient. rewrite Rmult_assoc, Rinv_l in quotient; lra.
Qed.

(** The reflection of a function has the opposite derivative at the reflected point. *)
Lemma derivative_reflected (f : R -> R) (x l : R) :
  is_derive f (- x) l -> is_derive (fun t => f (- t)) x (- l).
Proof.
  intro derivative. replace (- l) with (scal (-1) l).
  - apply (is_derive_comp f (fun t => - t)); [exact derivative |].
    auto_derive; [trivial | ring].
  - unfold scal; simpl; unfold mult; simpl. ring.
Qed.

(** The derivative of [t -> f (t - c)] at [x] is that of [f] at [x - c]. *)
Lemma derivative_shifted (f : R -> R) (x c l : R) :
  is_derive f (x - c) l -> is_derive (fun t => f (t - c)) x l.
Proof.
  intro derivative. replace l with (scal 1 l).
  - apply (is_derive_comp f (fun t => t - c)); [exact derivative |].
    auto_derive; [trivial | ring].
  - unfold scal; simpl; unfold mult; simpl. ring.
Qed.

(** A number with a derivative of negative sign is exceeded at some point just to its left. *)
Lemma rise_to_the_left (f : R -> R) (x l r : R) :
  is_derive f x l -> l < 0 -> 0 < r -> exists y, x - r < y < x /\ f x < f y.
Proof.
  intros derivative l_neg r_pos.
  destruct (rise_to_the_right (fun t => f (- t)) (- x) (- l) r) as [y [y_near higher]].
  - apply derivative_reflected. now rewrite Ropp_involutive.
  - lra.
  - exact r_pos.
  - rewrite Ropp_involutive in higher. exists (- y). split; [lra | exact higher].
Qed.

(** At a local maximiser below the right end the derivative is at most 0. *)
Lemma slope_at_maximiser_right (f : R -> R) (a b m l : R) :
  is_derive f m l -> local_maximiser f a b m -> m < b -> l <= 0.
Proof.
  intros derivative [inside [radius [radius_pos top]]] below.
  destruct (Rle_lt_dec l 0) as [done | l_pos]; [exact done | exfalso].
  destruct (rise_to_the_right f m l (Rmin radius (b - m)) derivative l_pos)
    as [y [y_near higher]]; [apply Rmin_case; lra |].
  assert (Rmin radius (b - m) <= radius) by apply Rmin_l.
  assert (Rmin radius (b - m) <= b - m) by apply Rmin_r.
  assert (f y <= f m) by (apply top; [lra | rewrite Rabs_pos_eq; lra]). lra.
Qed.

(** At a local maximiser above the left end the derivative is at least 0. *)
Lemma slope_at_maximiser_left (f : R -> R) (a b m l : R) :
  is_derive f m l -> local_maximiser f a b m -> a < m -> 0 <= l.
Proof.
  intros derivative [inside [radius [radius_pos top]]] above.
  destruct (Rle_lt_dec 0 l) as [done | l_neg]; [exact done | exfalso].
  destruct (rise_to_the_left f m l (Rmin radius (m - a)) derivative l_neg)
    as [y [y_near higher]]; [apply Rmin_case; lra |].
  assert (Rmin radius (m - a) <= radius) by apply Rmin_l.
  assert (Rmin radius (m - a) <= m - a) by apply Rmin_r.
  assert (f y <= f m) by (apply top; [lra | apply Rabs_def1; lra]). lra.
Qed.

(** A function that falls through 0 at [w] is positive just to the left of [w]. *)
Lemma positive_before_falling_zero (f : R -> R) (w l : R) :
  is_derive f w l -> f w = 0 -> l < 0 ->
  exists d, 0 < d /\ forall u, w - d < u < w -> 0 < f u.
Proof.
  intros derivative zero l_neg. apply is_derive_Reals in derivative.
  destruct (derivative (- l) ltac:(lra)) as [d close].
  exists d. split; [apply cond_pos |]. intros u u_near.
  specialize (close (u - w) ltac:(lra) ltac:(apply Rabs_def1; lra)).
  replace (w + (u - w)) with u in close by ring.
  rewrite zero, Rminus_0_r in close. apply Rabs_def2 in close.
  replace (f u) with ((- (f u / (u - w))) * (w - u)) by (field; lra).
  apply Rmult_lt_0_compat; lra.
Qed.

Section Differentiable.
Variables f df : R -> R.
Hypothesis f_derivative : forall x, is_derive f x (df x).

(** The mean value theorem. *)
Lemma mean_value (p q : R) : p < q -> exists c, p < c < q /\ f q - f p = df c * (q - p).
Proof.
  intro order. destruct (MVT_cor2 f df p q order) as [c [equal between]].
  - intros x _. now apply is_derive_Reals.
  - now exists c.
Qed.

(** A derivative below 0 between two points makes the function fall from one to the other. *)
Lemma falls_if_negative (p q : R) : p < q -> (forall x, p < x < q -> df x < 0) -> f q < f p.
Proof.
  intros order negative. destruct (mean_value p q order) as [c [between equal]].
  specialize (negative c between).
  assert (0 < - df c * (q - p)) by (apply Rmult_lt_0_compat; lra). lra.
Qed.

(** A derivative above 0 between two points makes the function rise from one to the other. *)
Lemma rises_if_positive (p q : R) : p < q -> (forall x, p < x < q -> 0 < df x) -> f p < f q.
Proof.
  intros order positive. destruct (mean_value p q order) as [c [between equal]].
  specialize (positive c between).
  assert (0 < df c * (q - p)) by (apply Rmult_lt_0_compat; lra). lra.
Qed.

(** A derivative that is nowhere above 0 lets the function never rise. *)
Lemma never_rises (p q : R) : p <= q -> (forall x, p < x < q -> df x <= 0) -> f q <= f p.
Proof.
  intros order never. destruct (Rle_lt_or_eq_dec p q order) as [less | <-]; [| lra].
  destruct (mean_value p q less) as [c [between equal]].
  assert (0 <= - df c * (q - p)) by (specialize (never c between); apply Rmult_le_pos; lra). lra.
Qed.

(** A derivative that is nowhere below 0 lets the function never fall. *)
Lemma never_falls (p q : R) : p <= q -> (forall x, p < x < q -> 0 <= df x) -> f p <= f q.
Proof.
  intros order never. destruct (Rle_lt_or_eq_dec p q order) as [less | <-]; [| lra].
  destruct (mean_value p q less) as [c [between equal]].
  assert (0 <= df c * (q - p)) by (specialize (never c between); apply Rmult_le_pos; lra). lra.
Qed.

(** A derivative that is nowhere above 0 and somewhere below 0 makes the function fall. *)
Lemma falls_if_once_negative (p x q : R) :
  p < x < q -> df x < 0 -> (forall y, p < y < q -> df y <= 0) -> f q < f p.
Proof.
  intros x_in negative never.
  destruct (rise_to_the_left f x (df x) (x - p) (f_derivative x) negative ltac:(lra))
    as [y [y_in higher]].
  pose proof (never_rises p y ltac:(lra) ltac:(intros; apply never; lra)).
  pose proof (never_rises x q ltac:(lra) ltac:(intros; apply never; lra)). lra.
Qed.

(** A derivative that is nowhere below 0 and somewhere above 0 makes the function rise. *)
Lemma rises_if_once_positive (p x q : R) :
  p < x < q -> 0 < df x -> (forall y, p < y < q -> 0 <= df y) -> f p < f q.
Proof.
  intros x_in positive never.
  destruct (rise_to_the_right f x (df x) (q - x) (f_derivative x) positive ltac:(lra))
    as [y [y_in higher]].
  pose proof (never_falls p x ltac:(lra) ltac:(intros; apply never; lra)).
  pose proof (never_falls y q ltac:(lra) ltac:(intros; apply never; lra)). lra.
Qed.

(** A differentiable function is continuous. *)
Lemma continuous_if_differentiable (x : R) : continuity_pt f x.
Proof. apply derivable_continuous_pt. exists (df x). now apply is_derive_Reals. Qed.

(** A differentiable function on a closed interval has a global maximiser. *)
Lemma global_maximiser_exists (a b : R) : a <= b -> exists m, global_maximiser f a b m.
Proof.
  intro order. destruct (continuity_ab_maj f a b order) as [m [top inside]].
  - intros x _. apply continuous_if_differentiable.
  - exists m. now split.
Qed.

(** Where the derivative is below 0 no local maximiser lies, except at the left end. *)
Lemma no_maximiser_where_falling (a b m : R) :
  local_maximiser f a b m -> df m < 0 -> m = a.
Proof.
  intros m_local falling.
  destruct (Rle_lt_or_eq_dec a m) as [above | at_a]; [apply m_local | | easy].
  pose proof (slope_at_maximiser_left f a b m _ (f_derivative m) m_local above). lra.
Qed.

(** Where the derivative is above 0 no local maximiser lies, except at the right end. *)
Lemma no_maximiser_where_rising (a b m : R) :
  local_maximiser f a b m -> 0 < df m -> m = b.
Proof.
  intros m_local rising.
  destruct (Rle_lt_or_eq_dec m b) as [below | at_b]; [apply m_local | | easy].
  pose proof (slope_at_maximiser_right f a b m _ (f_derivative m) m_local below). lra.
Qed.

(** Rising up to [m] and falling from there, [f] has [m] as its only maximiser. *)
Lemma only_maximiser_by_sign (a b m : R) :
  a <= m <= b -> (forall x, a <= x < m -> 0 < df x) -> (forall x, m < x <= b -> df x < 0) ->
  only_maximiser f a b m.
Proof.
  intros m_in rising falling. split; [split; [exact m_in |] |].
  - intros x x_in. destruct (Rtotal_order x m) as [left | [same | right]].
    + left. apply rises_if_positive; [lra |]. intros y y_in. apply rising. lra.
    + rewrite same. lra.
    + left. apply falls_if_negative; [lra |]. intros y y_in. apply falling. lra.
  - intros m' m'_local. pose proof (proj1 m'_local) as m'_in.
    destruct (Rtotal_order m' m) as [left | [same | right]]; [| exact same |].
    + pose proof (no_maximiser_where_rising a b m' m'_local (rising m' ltac:(lra))). lra.
    + pose proof (no_maximiser_where_falling a b m' m'_local (falling m' ltac:(lra))). lra.
Qed.

(** A derivative that stays below 0 after it has once been at most 0 on [a, b]. *)
Definition falls_for_good (a b : R) : Prop :=
  forall x y, a <= x -> x < y -> y <= b -> df x <= 0 -> df y < 0.

(** A function whose derivative falls for good has at most one local maximiser. *)
Lemma unique_if_falls_for_good (a b m m' : R) :
  falls_for_good a b -> local_maximiser f a b m -> local_maximiser f a b m' -> m = m'.
Proof.
  intro for_good.
  assert (not_before : forall p q, local_maximiser f a b p -> local_maximiser f a b q -> ~ p < q).
  { intros p q p_local q_local order. destruct (proj1 p_local), (proj1 q_local).
    pose proof (slope_at_maximiser_right f a b p _ (f_derivative p) p_local ltac:(lra)).
    pose proof (slope_at_maximiser_left f a b q _ (f_derivative q) q_local ltac:(lra)).
    pose proof (for_good p q ltac:(lra) order ltac:(lra) ltac:(lra)). lra. }
  intros m_local m'_local.
  pose proof (not_before m m' m_local m'_local).
  pose proof (not_before m' m m'_local m_local). lra.
Qed.

(** A function whose derivative falls for good has exactly one local maximiser. *)
Lemma only_maximiser_if_falls_for_good (a b : R) :
  a <= b -> falls_for_good a b -> exists m, only_maximiser f a b m.
Proof.
  intros order for_good. destruct (global_maximiser_exists a b order) as [m m_best].
  exists m. split; [exact m_best |]. intros m' m'_local.
  apply (unique_if_falls_for_good a b); auto. now apply global_is_local.
Qed.

(** If the derivative falls for good, the left end is best exactly when it is at most 0 there. *)
Lemma left_end_if_falls_for_good (a b : R) :
  a < b -> falls_for_good a b -> global_maximiser f a b a <-> df a <= 0.
Proof.
  intros order for_good. split.
  - intro a_best. apply (slope_at_maximiser_right f a b a); auto. now apply global_is_local.
  - intro falling. split; [lra |]. intros x x_in.
    destruct (Rle_lt_or_eq_dec a x ltac:(lra)) as [right | same]; [| rewrite same; lra].
    left. apply falls_if_negative; [exact right |]. intros y y_in. apply (for_good a); lra.
Qed.

End Differentiable.

(** * A derivative that cannot return to zero *)

(** If the derivative [f] of [F] is negative at [x] and not negative at [y > x], then [f] has a zero
    on (x, y] at which it does not fall. *)
Lemma zero_without_fall (F f df : R -> R) (x y : R) :
  (forall u, is_derive F u (f u)) -> (forall u, is_derive f u (df u)) ->
  x < y -> f x < 0 -> 0 <= f y -> exists w, x < w <= y /\ f w = 0 /\ 0 <= df w.
Proof.
  intros F_derivative f_derivative order negative nonneg.
  destruct (global_maximiser_exists (fun u => - F u) (fun u => - f u)
    ltac:(intro u; apply @is_derive_opp, F_derivative) x y ltac:(lra)) as [w w_best].
  pose proof (global_is_local _ _ _ _ w_best) as w_local.
  assert (w_derivative : is_derive (fun u => - F u) w (- f w))
    by (apply @is_derive_opp, F_derivative).
  pose proof w_best as [w_in w_top].
  assert (x_before_w : x < w).
  { destruct (Rle_lt_or_eq_dec x w ltac:(lra)) as [before | same]; [exact before | exfalso].
    subst w. pose proof (slope_at_maximiser_right _ _ _ _ _ w_derivative w_local order). lra. }
  pose proof (slope_at_maximiser_left _ _ _ _ _ w_derivative w_local x_before_w) as falling.
  assert (zero : f w = 0).
  { destruct (Rle_lt_or_eq_dec w y ltac:(lra)) as [before | same]; [| subst w; lra].
    pose proof (slope_at_maximiser_right _ _ _ _ _ w_derivative w_local before). lra. }
  exists w. split; [lra |]. split; [exact zero |].
  destruct (Rle_lt_dec 0 (df w)) as [done | falls]; [exact done | exfalso].
  destruct (positive_before_falling_zero f w (df w) (f_derivative w) zero falls)
    as [d [d_pos positive]].
  set (u := Rmax x (w - d / 2)).
  assert (u_near : x <= u < w) by (unfold u; split; [apply Rmax_l | apply Rmax_case; lra]).
  assert (w - d / 2 <= u) by apply Rmax_r.
  assert (F u < F w).
  { apply (rises_if_positive F f F_derivative); [lra |]. intros v v_in. apply positive. lra. }
  specialize (w_top u ltac:(lra)). lra.
Qed.

(** Crossing lemma: if the derivative [f] of [F] falls at each of its zeros on [p, q), then once
    it is at most 0 it is below 0 at every later point of [p, q). *)
Lemma crossing (F f df : R -> R) (p q x y : R) :
  (forall u, is_derive F u (f u)) -> (forall u, is_derive f u (df u)) ->
  (forall u, p <= u < q -> f u = 0 -> df u < 0) ->
  p <= x -> x < y -> y < q -> f x <= 0 -> f y < 0.
Proof.
  intros F_derivative f_derivative zeros_fall p_x order y_q start.
  destruct (Rlt_le_dec (f y) 0) as [done | nonneg]; [exact done | exfalso].
  assert (negative : exists x', x <= x' < y /\ f x' < 0).
  { destruct (Rle_lt_or_eq_dec _ _ start) as [below | zero]; [exists x; lra |].
    pose proof (zeros_fall x ltac:(lra) zero) as falls.
    destruct (rise_to_the_right (fun u => - f u) x (- df x) (y - x)) as [x' [near lower]].
    - apply @is_derive_opp, f_derivative.
    - lra.
    - lra.
    - exists x'. split; lra. }
  destruct negative as [x' [x'_in x'_neg]].
  destruct (zero_without_fall F f df x' y F_derivative f_derivative ltac:(lra) x'_neg nonneg)
    as [w [w_in [zero no_fall]]].
  pose proof (zeros_fall w ltac:(lra) zero). lra.
Qed.

(** * Sliding integrals *)

(** A continuous function has a primitive. *)
Lemma primitive_derivative (h : R -> R) (x : R) :
  (forall u, continuous h u) -> is_derive (fun t => RInt h 0 t) x (h x).
Proof.
  intro h_continuous. apply (is_derive_RInt h _ 0).
  - apply filter_forall. intro t. apply @RInt_correct, @ex_RInt_continuous. auto.
  - apply h_continuous.
Qed.

(** The integral of [x -> h (t - x)] over [p, q] is a difference of two values of a primitive. *)
Lemma sliding_integral (h : R -> R) (t p q : R) :
  (forall u, continuous h u) ->
  RInt (fun x => h (t - x)) p q = RInt h 0 (t - p) - RInt h 0 (t - q).
Proof.
  intro h_continuous. apply is_RInt_unique.
  replace (RInt h 0 (t - p) - RInt h 0 (t - q))
    with (minus (- RInt h 0 (t - q)) (- RInt h 0 (t - p)))
    by (unfold minus, plus, opp; simpl; ring).
  apply (is_RInt_derive (fun x => - RInt h 0 (t - x))).
  - intros x _. replace (h (t - x)) with (opp (scal (-1) (h (t - x)))).
    + apply @is_derive_opp.
      apply (is_derive_comp (fun v => RInt h 0 v) (fun x => t - x)).
      * now apply primitive_derivative.
      * auto_derive; [trivial | ring].
    + unfold opp, scal; simpl; unfold mult; simpl. ring.
  - intros x _. apply (continuous_comp (fun x => t - x) h); [| apply h_continuous].
    apply @continuous_minus; [apply continuous_const | apply continuous_id].
Qed.

(** The integral of [x -> h (t - x)] over [p, q] has the derivative [h (t - p) - h (t - q)]. *)
Lemma sliding_integral_derivative (h : R -> R) (t p q : R) :
  (forall u, continuous h u) ->
  is_derive (fun t => RInt (fun x => h (t - x)) p q) t (h (t - p) - h (t - q)).
Proof.
  intro h_continuous.
  apply is_derive_ext with (f := fun t => RInt h 0 (t - p) - RInt h 0 (t - q)).
  - intro s. symmetry. now apply sliding_integral.
  - apply @is_derive_minus;
      apply (derivative_shifted (fun v => RInt h 0 v)); now apply primitive_derivative.
Qed.
