use chasqui_model::Id;

use super::Hold;

#[test]
fn a_name_leads_to_whoever_had_it_then() {
    let (ana, ben) = (Id::from_bytes([1; 16]), Id::from_bytes([2; 16]));
    let hold = Hold { contact: ben, since: Some(10), until: Some(20), former: Some(ana) };
    assert_eq!([9, 10, 19, 20].map(|at| hold.at(at)), [Some(ana), Some(ben), Some(ben), None]);
    assert!(!hold.is_steady(15), "given up since");
    let first = Hold::first(ana);
    assert_eq!((first.at(0), first.is_steady(0)), (Some(ana), true));
}
