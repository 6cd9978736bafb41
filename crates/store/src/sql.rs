//! What stands in SQL in several places, each written once: the numbers of message and conversation states, and how an event
//! is written down. A partial index is used only by a condition that says the same, so sets of states are named whole.

/// An ended conversation.
macro_rules! ended {
    () => {
        "9"
    };
}
/// Waits for its turn.
macro_rules! queued {
    () => {
        "10"
    };
}
/// On its way to the Graph API; the answer is not recorded.
macro_rules! marked {
    () => {
        "20"
    };
}
/// Reached the phone.
macro_rules! delivered {
    () => {
        "50"
    };
}
/// Will not arrive.
macro_rules! failed {
    () => {
        "90"
    };
}
/// Not sent yet: queued, held, marked. Held is shown and never stored, but the indexes were made with it.
macro_rules! unsent {
    () => {
        "(10, 11, 20)"
    };
}
/// Queued or marked.
macro_rules! on_their_way {
    () => {
        "(10, 20)"
    };
}
/// The Graph API took it, and it has not reached the phone.
macro_rules! taken {
    () => {
        "(30, 40)"
    };
}
/// Left Meta.
macro_rules! left {
    () => {
        "(40, 50, 60)"
    };
}
/// Reached the phone, or was seen.
macro_rules! arrived {
    () => {
        "(50, 60)"
    };
}

/// An event's columns.
macro_rules! event_columns {
    () => {
        "id, account, integration, conversation, node, severity, code, graph_code, message, at"
    };
}
/// Writes an event down, once. Both engines count the places in the order in which they stand.
macro_rules! add_event {
    () => {
        concat!(
            "INSERT INTO event (",
            event_columns!(),
            ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING"
        )
    };
}

#[cfg(test)]
mod tests {
    use chasqui_model::conversation::Status;
    use chasqui_model::message::MessageStatus::{
        Accepted, Delivered, Failed, Held, Queued, Read, Sending, Sent,
    };

    #[test]
    fn numbers_are_those_of_the_model() {
        let set = |all: &[chasqui_model::message::MessageStatus]| {
            let numbers: Vec<_> = all.iter().map(|it| it.number().to_string()).collect();
            format!("({})", numbers.join(", "))
        };
        assert_eq!(ended!(), Status::Ended.number().to_string());
        assert_eq!(queued!(), Queued.number().to_string());
        assert_eq!(marked!(), Sending.number().to_string());
        assert_eq!(delivered!(), Delivered.number().to_string());
        assert_eq!(failed!(), Failed.number().to_string());
        assert_eq!(unsent!(), set(&[Queued, Held, Sending]));
        assert_eq!(on_their_way!(), set(&[Queued, Sending]));
        assert_eq!(taken!(), set(&[Accepted, Sent]));
        assert_eq!(left!(), set(&[Sent, Delivered, Read]));
        assert_eq!(arrived!(), set(&[Delivered, Read]));
    }
}
