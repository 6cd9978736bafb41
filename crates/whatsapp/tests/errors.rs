//! The table of codes: every row of the contract and its annex, and what the runtime is told to do.

use std::time::Duration;

use chasqui_whatsapp::error::{Action, Class, Signs, Verdict, class_of, verdict};

const RETRY: Action = Action::Retry { after: Duration::ZERO };
const fn later(minutes: u64) -> Action {
    Action::Retry { after: Duration::from_mins(minutes) }
}

#[rustfmt::skip]
const TABLE: &[(Class, Action, &[i64])] = &[
    (Class::Token, Action::ReplaceToken, &[0, 101, 102, 104, 190]),
    (Class::Permission, Action::Hold, &[3, 10, 131_005, 200, 231, 299]),
    (Class::Permission, Action::Fail, &[2_494_191]),
    (Class::Parameter, Action::Fail, &[100, 2500, 131_008, 131_009, 131_051, 131_055, 131_062, 130_501, 139_100, 139_101,
        131_201, 131_202, 131_204, 131_206, 131_213, 138_003, 138_019, 138_025, 138_037, 147_001, 200_005, 200_007,
        1_752_041, 2_388_077, 2_494_164, 2_494_168, 2_494_176, 2_494_177, 2_494_179]),
    (Class::Parameter, Action::RetryOnce, &[135_000, 131_059]),
    (Class::Transient, Action::RetryOnce, &[1]),
    (Class::Transient, RETRY, &[2, 131_000, 131_016, 133_004, 138_004, 138_007, 139_102, 139_103]),
    (Class::Transient, later(1), &[131_057, 2_494_100]),
    (Class::RateApp, Action::SlowApp, &[4, 17, 32, 341, 613, 80_007, 80_008, 131_208, 138_005]),
    (Class::RateNumber, Action::SlowNumber, &[130_429, 138_002, 2_494_055]),
    (Class::RatePair, Action::SlowPair, &[131_056]),
    (Class::Quality, Action::Hold, &[131_048, 131_064]),
    (Class::Quality, Action::Fail, &[131_049, 130_472, 131_214, 138_012, 138_014]),
    (Class::Window, Action::WindowClosed, &[131_047]),
    (Class::Recipient, Action::Fail, &[131_050, 131_026, 131_021, 131_030, 131_020, 131_041, 137_000, 130_403, 138_001,
        138_006, 138_017]),
    (Class::Account, Action::Hold, &[33, 803, 368, 131_031, 131_037]),
    (Class::Account, Action::Fail, &[130_497, 2200, 131_203, 131_207, 131_215, 138_000, 138_013, 138_015, 138_018, 138_038,
        147_002, 147_003, 147_004, 147_005, 2_388_001, 2_388_012, 2_388_091, 2_388_093, 2_388_103, 2_593_079, 2_593_085,
        2_593_107, 2_593_108, 2_593_109]),
    (Class::Payment, Action::Hold, &[131_042, 131_044, 134_011]),
    (Class::Registration, Action::Hold, &[131_045, 133_010, 133_000, 133_005, 133_006, 133_008, 133_016]),
    (Class::Registration, later(1), &[133_009]),
    (Class::Registration, later(5), &[133_015]),
    (Class::Registration, Action::Fail, &[136_024]),
    (Class::Media, Action::Fail, &[131_052, 131_014, 131_060, 131_209, 131_210]),
    (Class::Media, Action::RetryOnce, &[131_053]),
    (Class::Template, Action::Fail, &[131_061, 131_063, 132_000, 132_001, 132_005, 132_007, 132_008, 132_012, 132_015, 132_016,
        132_018, 134_100, 134_102, 134_103, 2_388_019, 2_388_039, 2_388_040, 2_388_047, 2_388_072, 2_388_073, 2_388_293,
        2_388_299]),
    (Class::Template, later(10), &[134_101]),
    (Class::Flow, Action::Fail, &[132_068, 132_069, 139_000, 139_001, 139_002, 139_003, 139_004]),
];

/// Everything else that Meta's pages, the contract's annex or the library pywa name.
#[rustfmt::skip]
const EXPLAINED_TOO: &[i64] = &[131_205, 131_211, 131_212, 138_008, 138_009, 138_020, 138_023, 200_006, 2_388_072, 2_494_166];

fn judge(code: Option<i64>, http: Option<u16>) -> Verdict {
    verdict(&Signs { code, http, ..Signs::default() })
}

#[test]
fn every_row_is_judged_the_same_in_a_call_and_in_a_webhook() {
    for (class, action, codes) in TABLE {
        for &code in *codes {
            for http in [None, Some(400), Some(500)] {
                let judged = judge(Some(code), http);
                assert_eq!((judged.class, judged.action), (*class, *action), "{code} {http:?}");
            }
        }
    }
}

#[test]
fn every_code_has_a_row() {
    let named = TABLE.iter().flat_map(|(_, _, codes)| codes.iter()).chain(EXPLAINED_TOO);
    for code in named {
        assert_ne!(class_of(*code), Class::Unknown, "{code}");
    }
}

#[test]
fn a_code_nobody_knows_goes_by_the_status() {
    assert_eq!(judge(Some(999_999), Some(400)).action, Action::Fail);
    assert_eq!(judge(Some(999_999), None).action, Action::Fail);
    assert_eq!(judge(Some(999_999), Some(503)).action, RETRY);
    assert_eq!(judge(Some(999_999), Some(429)).action, Action::SlowNumber);
    assert_eq!(judge(None, Some(200)).action, RETRY);
    assert_eq!(class_of(999_999), Class::Unknown);
}
