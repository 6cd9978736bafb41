//! The stand-in for Meta.
