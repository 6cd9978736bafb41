//! The scenarios, and what each is held against.

use std::time::Duration;

use anyhow::Result;

use super::fair::{self, Trouble};
use super::figure::{Figure, Target};
use super::ground::Ground;
use super::meter::{ACK_99, ANSWERED, CPU, PEAK, REPLY_99, breaches};
use super::open::{Stream, settle};
use super::rig::Rig;
use super::{closed, flood, growth};
use crate::histogram::whole;
use crate::meta::Weather;
use crate::product::Bot;

/// A way to press the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Scenario {
    /// 64 contacts of a three-step menu, each writing as soon as it is answered
    Conversation,
    /// As `conversation`, and Meta tells of each message that it was sent, delivered and read
    Statuses,
    /// 3,000 messages a second, Graph answers at once
    Open3000,
    /// 300 messages a second, Graph takes 50 ms
    Open300,
    /// 30,000 contacts write for the first time, as fast as it is taken
    Flood,
    /// 1,000 contacts write twice without waiting for the bot
    Rapid,
    /// Every 10th send is refused once with 500
    Fail10,
    /// 300 messages a second beside a number whose calls to Graph all time out
    FairSlow,
    /// 300 messages a second beside a number whose token is dead
    FairToken,
    /// 300 messages a second beside a number at which 50,000 messages wait
    FairFlood,
    /// 15,000 messages of a random choice among 1,000, 10,000 and 100,000 contacts who have written before
    Contacts,
    /// Turns of conversations that are 10, 100, 1,000 and 5,000 messages long
    Length,
    /// SIGKILL with 10,000 open conversations
    Restart,
    /// The load generator and its Graph stand-in against an echo in the server's place: their own limit
    Limit,
}

impl Scenario {
    /// The bot that is talked to.
    pub fn bot(self) -> Bot {
        match self {
            Self::Conversation | Self::Statuses | Self::Restart => Bot::Menu,
            Self::Length => Bot::Tapped,
            _ => Bot::Echo,
        }
    }

    /// Presses a fresh server. `time`: how long, where the scenario does not say.
    pub async fn press(self, rig: &mut Rig, ground: Ground, time: Duration) -> Result<Vec<Figure>> {
        let mut figures = match self {
            Self::Conversation => closed::run(rig, 64, time).await?,
            Self::Limit => {
                let mut figures = closed::run(rig, 64, time).await?;
                let contacts = (0..30_000).map(|place| rig.meta.add_contact(place % rig.meta.numbers.len()));
                figures.push(Figure::new(flood::ACKS, flood::introduce(rig, contacts.collect()).await?));
                figures
            }
            Self::Statuses => {
                rig.meta.expect(|_| with_statuses());
                tokio::task::spawn_local(rig.meta.clone().deliver_statuses(1));
                closed::run(rig, 64, time).await?
            }
            Self::Open3000 => Stream { rate: 3000, first: 0 }.run(rig, time).await?,
            Self::Open300 => {
                rig.meta.expect(|_| Weather::slow(Duration::from_millis(50)));
                Stream { rate: 300, first: 0 }.run(rig, time).await?
            }
            Self::Flood => flood::first_messages(rig, 30_000).await?,
            Self::Rapid => flood::pairs(rig, 1000).await?,
            Self::Fail10 => {
                rig.meta.expect(|situation| match situation.random.below(10) {
                    0 if situation.attempt == 0 => Weather::refused(500, 131_000),
                    _ => Weather::fine(),
                });
                closed::run(rig, 512, time).await?
            }
            Self::FairSlow => fair::run(rig, Trouble::Slow, time).await?,
            Self::FairToken => fair::run(rig, Trouble::DeadToken, time).await?,
            Self::FairFlood => fair::run(rig, Trouble::Flood, time).await?,
            Self::Contacts => growth::contacts(rig).await?,
            Self::Length => growth::length(rig).await?,
            Self::Restart => flood::restart(rig, 10_000).await?,
        };
        if self != Self::Limit {
            figures.push(Figure::new("memory idle, MiB", whole(rig.idle) / 1024.0));
        }
        settle(&rig.meta).await;
        figures.extend(breaches(rig));
        Ok(figures.into_iter().map(|figure| self.hold(ground, figure)).collect())
    }

    /// Holds a figure against its target.
    fn hold(self, ground: Ground, figure: Figure) -> Figure {
        if ground != Ground::Sqlite {
            return match self.on_postgres(figure.name).filter(|_| ground == Ground::Postgres) {
                Some(target) => figure.against(target),
                None => figure,
            };
        }
        let target = match (self, figure.name) {
            (Self::Conversation, ANSWERED) => Target::at_least(4000.0, Some(8000.0)),
            (Self::Conversation, CPU) => Target::at_most(0.25, Some(0.12)),
            (Self::Conversation, ACK_99) => Target::at_most(25.0, Some(12.0)),
            (Self::Open3000, ACK_99) | (Self::Open300, REPLY_99) => Target::at_most(25.0, None),
            (Self::Conversation, PEAK) => Target::at_most(80.0, None),
            (Self::Conversation, "memory idle, MiB") => Target::at_most(30.0, None),
            (Self::Open3000, ANSWERED) => Target::at_least(2970.0, None),
            (Self::Open300, ACK_99) => Target::at_most(10.0, None),
            (Self::Flood, flood::ACKS) => Target::at_least(8000.0, Some(15_000.0)),
            (Self::Restart, "ready after SIGKILL, s") => Target::at_most(1.0, Some(0.2)),
            _ => return figure,
        };
        figure.against(target)
    }

    /// What a process on PostgreSQL must reach. All that PostgreSQL uses counts as well.
    fn on_postgres(self, figure: &str) -> Option<Target> {
        match (self, figure) {
            (Self::Conversation, ANSWERED) => Some(Target::at_least(2500.0, Some(5000.0))),
            (Self::Conversation, CPU) => Some(Target::at_most(0.4, Some(0.25))),
            (Self::Flood, flood::ACKS) => Some(Target::at_least(5000.0, Some(10_000.0))),
            _ => None,
        }
    }
}

fn with_statuses() -> Weather {
    let at = Duration::from_millis;
    Weather { statuses: vec![(at(20), "sent"), (at(60), "delivered"), (at(200), "read")], ..Weather::fine() }
}
