//! The table of codes: every row of the contract, and what the runtime is told to do.

use std::time::Duration;

use chasqui_whatsapp::error::{Action, Class, explain, verdict};

const RETRY: Action = Action::Retry { after: Duration::ZERO };
const LATER: Action = Action::Retry { after: Duration::from_mins(1) };

#[rustfmt::skip]
const TABLE: &[(Class, Action, &[i64])] = &[
    (Class::Token, Action::ReplaceToken, &[0, 102, 104, 190]),
    (Class::Permission, Action::Fail, &[3, 131_005]),
    (Class::Permission, Action::Hold, &[10, 200, 231, 299]),
    (Class::Parameter, Action::Fail, &[100, 131_008, 131_009, 131_051, 131_055, 131_059, 131_062, 139_100, 139_101, 139_103,
        131_201, 131_206, 131_215, 138_000, 138_025, 147_001, 147_005]),
    (Class::Parameter, Action::RetryOnce, &[135_000]),
    (Class::Transient, Action::RetryOnce, &[1]),
    (Class::Transient, RETRY, &[2, 131_000, 131_016, 133_004, 139_102]),
    (Class::Transient, LATER, &[131_057, 2_494_100]),
    (Class::RateApp, Action::SlowApp, &[4, 17, 32, 613, 80_007, 80_008, 131_208]),
    (Class::RateNumber, Action::SlowNumber, &[130_429]),
    (Class::RatePair, Action::SlowPair, &[131_056]),
    (Class::Quality, Action::Hold, &[131_048, 131_064]),
    (Class::Quality, Action::Fail, &[131_049, 130_472]),
    (Class::Window, Action::WindowClosed, &[131_047]),
    (Class::Recipient, Action::Fail, &[131_050, 131_026, 131_021, 131_030, 131_020, 131_041, 137_000]),
    (Class::Account, Action::Hold, &[33, 803, 368, 131_031, 131_037]),
    (Class::Account, Action::Fail, &[130_497, 2200, 131_207, 2_593_107, 2_593_109]),
    (Class::Payment, Action::Hold, &[131_042, 131_044, 134_011]),
    (Class::Registration, Action::Hold, &[131_045, 133_010, 133_000, 133_005, 133_006, 133_008, 133_009, 133_015, 133_016]),
    (Class::Media, Action::Fail, &[131_052, 131_053, 131_014, 131_060]),
    (Class::Template, Action::Fail, &[131_063, 132_000, 132_001, 132_005, 132_007, 132_008, 132_012, 132_015, 132_016, 132_018,
        134_100, 134_101, 134_102, 2_388_019, 2_388_040, 2_388_047, 2_388_072, 2_388_073, 2_388_293, 2_388_299]),
    (Class::Flow, Action::Fail, &[132_068, 132_069]),
];

#[test]
fn every_row_is_judged_the_same_in_a_call_and_in_a_webhook() {
    for (class, action, codes) in TABLE {
        for &code in *codes {
            for http in [None, Some(400), Some(500)] {
                let judged = verdict(Some(code), http);
                assert_eq!((judged.class, judged.action), (*class, *action), "{code} {http:?}");
            }
            let explanation = explain(code).map(|words| (words.cause.len(), words.cure.len()));
            assert!(explanation.is_some_and(|(cause, cure)| cause > 0 && cure > 0), "{code}");
        }
    }
}

#[test]
fn a_code_nobody_knows_goes_by_the_status() {
    assert_eq!(verdict(Some(999_999), Some(400)).action, Action::Fail);
    assert_eq!(verdict(Some(999_999), None).action, Action::Fail);
    assert_eq!(verdict(Some(999_999), Some(503)).action, RETRY);
    assert_eq!(verdict(Some(999_999), Some(429)).action, Action::SlowNumber);
    assert_eq!(verdict(None, Some(200)).action, RETRY);
    assert_eq!(explain(999_999), None);
}
