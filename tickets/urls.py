"""Pages of the tickets flow."""

from django.urls import path

from tickets.views import correction, learning, log, one, queue, ticket, watch

app_name = "tickets"
urlpatterns = [
    path("approvals/", queue.approvals, name="approvals"),
    path("approvals/reject/", queue.reject_selected, name="reject_selected"),
    path("approvals/views/", queue.save_view, name="save_view"),
    path("approvals/views/<uuid:pk>/", queue.view, name="view"),
    path("approvals/views/<uuid:pk>/remove/", queue.remove_view, name="remove_view"),
    path("approvals/watch/", watch.watch, name="watch"),
    path("approvals/watch/plant/", watch.plant_test, name="plant_test"),
    path("approvals/<uuid:pk>/", one.approval, name="approval"),
    path("approvals/<uuid:pk>/claim/", one.claim, name="claim"),
    path("approvals/<uuid:pk>/release/", one.release, name="release"),
    path("approvals/<uuid:pk>/approve/", one.say_yes, name="approve"),
    path("approvals/<uuid:pk>/reject/", one.reject, name="reject"),
    path("approvals/<uuid:pk>/choose/", one.choose, name="choose"),
    path("approvals/<uuid:pk>/assign/", one.assign_to, name="assign"),
    path("approvals/<uuid:pk>/lower/", one.lower, name="lower"),
    path("approvals/<uuid:pk>/reply/", one.edit_reply, name="edit_reply"),
    path("tickets/", ticket.tickets, name="tickets"),
    path("tickets/actions/", log.actions, name="actions"),
    path("tickets/differences/", log.differences, name="differences"),
    path("learning/", learning.shadow, name="shadow"),
    path("learning/imports/", learning.imports, name="imports"),
    path("learning/gates/", learning.gate_health, name="health"),
    path("learning/rehearsals/", learning.rehearsals, name="rehearsals"),
    path("learning/rehearsals/<uuid:pk>/", learning.rehearsal, name="rehearsal"),
    path("learning/rehearsals/<uuid:pk>/save/", learning.save_rehearsed, name="save_rehearsed"),
    path("learning/versions/<slug:kind>/<uuid:pk>/", learning.policy_versions, name="versions"),
    path("learning/versions/<uuid:pk>/revert/", learning.revert, name="revert"),
    path("learning/live/<slug:kind>/ask/", learning.ask_live, name="ask_live"),
    path("learning/live/<slug:kind>/back/", learning.back, name="back_to_shadow"),
    path("learning/live/<uuid:pk>/confirm/", learning.confirm_live, name="confirm_live"),
    path("learning/live/<uuid:pk>/recall/", learning.recall_live, name="recall_live"),
    path("tickets/<uuid:pk>/by-hand/", ticket.by_hand, name="by_hand"),
    path("tickets/differences/<uuid:pk>/resolve/", log.resolve, name="resolve_difference"),
    path("tickets/<uuid:pk>/", ticket.ticket, name="ticket"),
    path("tickets/<uuid:pk>/status/", ticket.status, name="ticket_status"),
    path("tickets/<uuid:pk>/propose/", ticket.propose, name="propose"),
    path("tickets/<uuid:pk>/correct/", correction.correct, name="correct"),
    path("tickets/<uuid:pk>/forget-correction/", correction.forget, name="forget_correction"),
    path("tickets/<uuid:pk>/resume/", ticket.resume, name="resume"),
    path("tickets/<uuid:pk>/settle/", ticket.settle_by_hand, name="settle"),
]
