"""Event names without a past participle, each with its reason."""

NO_PAST = {
    "action.unknown": "nobody knows what happened: that is the event",
    "action.executing": "recorded before the call, while it is not known whether it will have been executed",
}
