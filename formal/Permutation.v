(** Equal thresholds stay equal: what noise, momentum and any batch cannot part.

    The score of n thresholds is symmetric under exchanging two of them. Where the two are equal,
    both partial derivatives of the score agree at every point, and so does everything that a
    learner makes of them: the gradient of any batch, with any loss and weights, or the mean over
    all points. A step of the gradient method, with heavy ball or Nesterov's momentum, at any
    rate, clipped to an interval or not, then moves both alike. By induction the two are equal for
    ever, with certainty. Nothing is asked of the sigmoid but that it is a function. *)
From Coq Require Import Reals.
From Coquelicot Require Import Coquelicot.
Open Scope R_scope.

(** * Symmetric scores *)

(** A score of two parameters, and of a point with all else that it depends on, is symmetric if
    exchanging the two parameters does not change it. *)
Definition symmetric_score {X : Type} (score : R -> R -> X -> R) : Prop :=
  forall u v x, score u v x = score v u x.

(** The partial derivative of a score in its first parameter. *)
Definition partial_first {X : Type} (score : R -> R -> X -> R) (u v : R) (x : X) : R :=
  Derive (fun s => score s v x) u.

(** The partial derivative of a score in its second parameter. *)
Definition partial_second {X : Type} (score : R -> R -> X -> R) (u v : R) (x : X) : R :=
  Derive (fun s => score u s x) v.

(** The product score is symmetric in any two of its thresholds; [rest] is the product of the
    other factors. *)
Lemma product_score_symmetric (sigma : R -> R) :
  symmetric_score (fun u v (x : R * R) => let (place, rest) := x in
    sigma (u - place) * sigma (v - place) * rest).
Proof. intros u v [place rest]. ring. Qed.

(** Where two parameters are equal, a symmetric score has equal partial derivatives in them. *)
Lemma partials_agree {X : Type} (score : R -> R -> X -> R) (c : R) (x : X) :
  symmetric_score score -> partial_first score c c x = partial_second score c c x.
Proof.
  intros is_symmetric. unfold partial_first, partial_second. apply Derive_ext. intro s.
  apply is_symmetric.
Qed.

(** If one of the two partial derivatives exists there, so does the other, with the same value. *)
Lemma partials_exist_together {X : Type} (score : R -> R -> X -> R) (c l : R) (x : X) :
  symmetric_score score ->
  is_derive (fun s => score s c x) c l -> is_derive (fun s => score c s x) c l.
Proof.
  intros is_symmetric. apply is_derive_ext. intro s. apply is_symmetric.
Qed.

(** * The learning process *)

Section Process.
Context {X : Type}.

(** The score. *)
Variable score : R -> R -> X -> R.

(** What step k makes of the partial derivatives at all points, and of the scores there: the mean
    over a batch with the loss's slopes and class weights, or over all points. *)
Variable pull : nat -> (X -> R) -> (X -> R) -> R.
Hypothesis pull_by_values : forall k scores f g,
  (forall x, f x = g x) -> pull k scores f = pull k scores g.

(** The learning rate of each step, and the momentum. *)
Variable rate : nat -> R.
Variable momentum : R.

(** How far a step looks ahead before it takes the gradient: 0 for heavy ball, the momentum for
    Nesterov's method. *)
Variable look : R.

(** What keeps a threshold in its place: clipping to the interval, or nothing. *)
Variable keep : R -> R.

(** Both thresholds and their velocities. *)
Record two_thresholds := { place_one : R; place_two : R; speed_one : R; speed_two : R }.

(** One step of both thresholds. *)
Definition learning_step (k : nat) (now : two_thresholds) : two_thresholds :=
  let u := place_one now + look * speed_one now in
  let v := place_two now + look * speed_two now in
  let new_one :=
    momentum * speed_one now + rate k * pull k (score u v) (partial_first score u v) in
  let new_two :=
    momentum * speed_two now + rate k * pull k (score u v) (partial_second score u v) in
  {| place_one := keep (place_one now + new_one);
     place_two := keep (place_two now + new_two);
     speed_one := new_one;
     speed_two := new_two |}.

(** The path from a start. *)
Fixpoint learning_path (start : two_thresholds) (k : nat) : two_thresholds :=
  match k with
  | O => start
  | S before => learning_step before (learning_path start before)
  end.

(** Two thresholds are together if they are equal and move alike. *)
Definition are_together (now : two_thresholds) : Prop :=
  place_one now = place_two now /\ speed_one now = speed_two now.

(** One step keeps two thresholds together. *)
Lemma step_keeps_together (k : nat) (now : two_thresholds) :
  symmetric_score score -> are_together now -> are_together (learning_step k now).
Proof.
  intros is_symmetric [same alike]. unfold are_together, learning_step. simpl. rewrite same, alike.
  rewrite (pull_by_values k _ _ _ (fun x => partials_agree score _ x is_symmetric)).
  split; reflexivity.
Qed.

(** Two thresholds that start together are together after every step: for every symmetric
    score, whatever the batches, loss, weights, rates and momentum are. *)
Theorem together_for_ever (start : two_thresholds) :
  symmetric_score score -> are_together start -> forall k, are_together (learning_path start k).
Proof.
  intros is_symmetric at_start. induction k as [| k before]; [exact at_start |].
  now apply step_keeps_together.
Qed.

(** Hence they never part. *)
Corollary never_part (start : two_thresholds) :
  symmetric_score score -> are_together start ->
  forall k, place_one (learning_path start k) = place_two (learning_path start k).
Proof. intros is_symmetric at_start k. now apply together_for_ever. Qed.

End Process.
