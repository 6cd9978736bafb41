//! Leases on SQLite: the file has one process, and that has everything.

use async_trait::async_trait;
use chasqui_model::Part;
use chasqui_model::part::PARTS;

use super::Sqlite;
use crate::Result;
use crate::lease::{Beat, Leases, News, Roll, Worker};

#[async_trait]
impl Leases for Sqlite {
    fn shared(&self) -> bool {
        false
    }

    async fn renew(&self, _beat: &Beat) -> Result<Roll> {
        Ok(Roll { held: (0..PARTS).filter_map(Part::from_number).collect(), workers: 1 })
    }

    async fn claim(&self, _most: usize) -> Result<Vec<Part>> {
        Ok(Vec::new())
    }

    async fn release(&self, _parts: &[Part]) -> Result<()> {
        Ok(())
    }

    async fn leave(&self) -> Result<()> {
        Ok(())
    }

    async fn workers(&self) -> Result<Vec<Worker>> {
        Ok(Vec::new())
    }

    async fn tell(&self, _news: &[News]) -> Result<()> {
        Ok(())
    }
}
