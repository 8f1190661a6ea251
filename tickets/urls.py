"""Pages of the tickets flow."""

from django.urls import path

from tickets.views import log, one, queue, ticket, watch

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
    path("tickets/<uuid:pk>/", ticket.ticket, name="ticket"),
    path("tickets/<uuid:pk>/status/", ticket.status, name="ticket_status"),
    path("tickets/<uuid:pk>/propose/", ticket.propose, name="propose"),
    path("tickets/<uuid:pk>/resume/", ticket.resume, name="resume"),
]
