//! What Meta's error codes mean, in plain words. From Meta's list of errors
//! (<https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes>). What to do about them by
//! itself stands in the crate `whatsapp`; a test holds both together.

mod de;
mod en;
mod es;
mod pt;

use std::ops::RangeInclusive;

use chasqui_model::account::Language;

/// An error in plain words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// What happened.
    pub cause: &'static str,
    /// What to do about it.
    pub cure: &'static str,
}

const fn of(cause: &'static str, cure: &'static str) -> Explanation {
    Explanation { cause, cure }
}

/// What a code means. `None` for a code that nobody knows.
pub fn explain(code: i64, language: Language) -> Option<Explanation> {
    let after = CODES.partition_point(|codes| *codes.start() <= code);
    let at = after.checked_sub(1).filter(|at| CODES[*at].contains(&code))?;
    Some(words(language)[at])
}

/// What a code and the subcode beside it mean, where they mean more than the code. Meta calls subcodes outdated and sends them
/// all the same.
pub fn explain_pair(code: i64, subcode: i64, language: Language) -> Option<Explanation> {
    let at = PAIRS.iter().position(|pair| *pair == (code, subcode))?;
    Some(of_pairs(language)[at])
}

/// All codes with what they mean, each range by its first and last code.
pub fn all(language: Language) -> impl Iterator<Item = (i64, i64, Explanation)> {
    CODES.iter().zip(words(language)).map(|(codes, words)| (*codes.start(), *codes.end(), *words))
}

/// All pairs with what they mean.
pub fn all_pairs(language: Language) -> impl Iterator<Item = (i64, i64, Explanation)> {
    PAIRS.iter().zip(of_pairs(language)).map(|((code, subcode), words)| (*code, *subcode, *words))
}

fn words(language: Language) -> &'static [Explanation; CODES.len()] {
    match language {
        Language::En => &en::WORDS,
        Language::De => &de::WORDS,
        Language::Es => &es::WORDS,
        Language::Pt => &pt::WORDS,
    }
}

fn of_pairs(language: Language) -> &'static [Explanation; PAIRS.len()] {
    match language {
        Language::En => &en::OF_PAIRS,
        Language::De => &de::OF_PAIRS,
        Language::Es => &es::OF_PAIRS,
        Language::Pt => &pt::OF_PAIRS,
    }
}

/// Sorted; what stands in a range means one thing.
#[rustfmt::skip]
const CODES: [RangeInclusive<i64>; 163] = [
    0..=0, 1..=1, 2..=2, 3..=3, 4..=4, 10..=10, 17..=17, 32..=32, 33..=33, 100..=100, 101..=101, 102..=102, 104..=104,
    190..=190, 200..=299, 341..=341, 368..=368, 613..=613, 803..=803, 2200..=2200, 2500..=2500, 80_007..=80_007,
    80_008..=80_008, 130_403..=130_403, 130_429..=130_429, 130_472..=130_472, 130_497..=130_497, 130_501..=130_501,
    131_000..=131_000, 131_005..=131_005, 131_008..=131_008, 131_009..=131_009, 131_014..=131_014, 131_016..=131_016,
    131_020..=131_020, 131_021..=131_021, 131_026..=131_026, 131_030..=131_030, 131_031..=131_031, 131_037..=131_037,
    131_041..=131_041, 131_042..=131_042, 131_044..=131_044, 131_045..=131_045, 131_047..=131_047, 131_048..=131_048,
    131_049..=131_049, 131_050..=131_050, 131_051..=131_051, 131_052..=131_052, 131_053..=131_053, 131_055..=131_055,
    131_056..=131_056, 131_057..=131_057, 131_059..=131_059, 131_060..=131_060, 131_061..=131_061, 131_062..=131_062,
    131_063..=131_063, 131_064..=131_064, 131_201..=131_201, 131_202..=131_202, 131_203..=131_203, 131_204..=131_204,
    131_205..=131_206, 131_207..=131_207, 131_208..=131_208, 131_209..=131_209, 131_210..=131_210, 131_211..=131_211,
    131_212..=131_213, 131_214..=131_214, 131_215..=131_215, 132_000..=132_000, 132_001..=132_001, 132_005..=132_005,
    132_007..=132_007, 132_008..=132_008, 132_012..=132_012, 132_015..=132_015, 132_016..=132_016, 132_018..=132_018,
    132_068..=132_068, 132_069..=132_069, 133_000..=133_000, 133_004..=133_004, 133_005..=133_005, 133_006..=133_006,
    133_008..=133_008, 133_009..=133_009, 133_010..=133_010, 133_015..=133_015, 133_016..=133_016, 134_011..=134_011,
    134_100..=134_100, 134_101..=134_101, 134_102..=134_102, 134_103..=134_103, 135_000..=135_000, 136_024..=136_024,
    137_000..=137_000, 138_000..=138_000, 138_001..=138_001, 138_002..=138_002, 138_003..=138_003, 138_004..=138_004,
    138_005..=138_005, 138_006..=138_006, 138_007..=138_007, 138_008..=138_008, 138_009..=138_009, 138_010..=138_011,
    138_012..=138_012, 138_013..=138_013, 138_014..=138_014, 138_015..=138_015, 138_016..=138_016, 138_017..=138_017,
    138_018..=138_018, 138_019..=138_037, 138_038..=138_038, 139_000..=139_000, 139_001..=139_001, 139_002..=139_002,
    139_003..=139_003, 139_004..=139_004, 139_100..=139_100, 139_101..=139_101, 139_102..=139_102, 139_103..=139_103,
    147_001..=147_001, 147_002..=147_002, 147_003..=147_004, 147_005..=147_005, 200_005..=200_005, 200_006..=200_006,
    200_007..=200_007, 1_752_041..=1_752_041, 2_388_001..=2_388_001, 2_388_012..=2_388_012, 2_388_019..=2_388_019,
    2_388_039..=2_388_039, 2_388_040..=2_388_040, 2_388_047..=2_388_047, 2_388_072..=2_388_072, 2_388_073..=2_388_073,
    2_388_077..=2_388_077, 2_388_091..=2_388_091, 2_388_093..=2_388_093, 2_388_103..=2_388_103, 2_388_293..=2_388_293,
    2_388_299..=2_388_299, 2_494_055..=2_494_055, 2_494_100..=2_494_100, 2_494_164..=2_494_168, 2_494_176..=2_494_177,
    2_494_179..=2_494_179, 2_494_191..=2_494_191, 2_593_079..=2_593_079, 2_593_085..=2_593_085, 2_593_107..=2_593_107,
    2_593_108..=2_593_108, 2_593_109..=2_593_109,
];

/// Why a token does not work
/// (<https://developers.facebook.com/docs/facebook-login/guides/access-tokens/debugging-and-error-handling>).
#[rustfmt::skip]
const PAIRS: [(i64, i64); 8] = [
    (190, 458), (190, 459), (190, 460), (190, 463), (190, 464), (190, 467), (190, 492), (200, 1_349_174),
];
