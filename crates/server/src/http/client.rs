//! Whom a request comes from, as far as limits go: the address of the connection or, behind a proxy that is trusted, the one
//! that the proxy names.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;

use super::problem::Problem;
use crate::app::App;

/// An address that limits are counted for: one of IPv4, or the /64 of IPv6 that one subscriber has to himself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Client {
    address: IpAddr,
    many: bool,
}

impl Client {
    /// The client at an address. IPv4 written as IPv6 is IPv4.
    pub fn at(address: IpAddr) -> Self {
        let address = match address.to_canonical() {
            IpAddr::V4(address) => address.into(),
            IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)).into(),
        };
        Self { address, many: false }
    }

    /// Whether this is a proxy, or this machine, that did not say whom it asks for: it may ask for many.
    pub(crate) fn is_many(self) -> bool {
        self.many
    }

    /// As bytes, to be hashed.
    pub(crate) fn bytes(self) -> [u8; 16] {
        match self.address {
            IpAddr::V4(address) => address.to_ipv6_mapped().octets(),
            IpAddr::V6(address) => address.octets(),
        }
    }
}

impl FromRequestParts<App> for Client {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().ok_or_else(Problem::internal)?;
        Ok(app.doors.proxies.client(peer.0.ip(), &parts.headers))
    }
}

/// A range of addresses: `10.0.0.0/8`, or one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    length: u8,
}

impl Network {
    fn has(&self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(ours), IpAddr::V4(theirs)) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(self.length)).unwrap_or(0);
                ours.to_bits() & mask == theirs.to_bits() & mask
            }
            (IpAddr::V6(ours), IpAddr::V6(theirs)) => {
                let mask = u128::MAX.checked_shl(128 - u32::from(self.length)).unwrap_or(0);
                ours.to_bits() & mask == theirs.to_bits() & mask
            }
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

/// A text that is no range of addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoNetwork(String);

impl fmt::Display for NoNetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is no address and no range such as 10.0.0.0/8", self.0)
    }
}

impl std::error::Error for NoNetwork {}

impl FromStr for Network {
    type Err = NoNetwork;

    fn from_str(text: &str) -> Result<Self, NoNetwork> {
        let wrong = || NoNetwork(text.to_owned());
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address, Some(length.parse::<u8>().map_err(|_| wrong())?)),
            None => (text, None),
        };
        let address = address.trim().parse::<IpAddr>().map_err(|_| wrong())?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let length = length.unwrap_or(longest);
        if length > longest { Err(wrong()) } else { Ok(Self { address, length }) }
    }
}

/// The proxies whose word is taken for whom a request comes from.
#[derive(Clone, Debug)]
pub struct Proxies(Vec<Network>);

impl Default for Proxies {
    /// Those on this machine.
    fn default() -> Self {
        Self(vec![
            Network { address: Ipv4Addr::LOCALHOST.into(), length: 8 },
            Network { address: Ipv6Addr::LOCALHOST.into(), length: 128 },
        ])
    }
}

impl Proxies {
    /// Those on this machine and these.
    pub fn with(more: &[Network]) -> Self {
        let mut all = Self::default();
        all.0.extend_from_slice(more);
        all
    }

    /// Whether an address is a proxy's.
    pub(crate) fn trusts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.has(address))
    }

    /// Whom a request comes from. Each proxy adds to the right of `X-Forwarded-For` whom it heard from, so the list is read
    /// from the right for as long as the word of a proxy is trusted; what stands further left anybody may have written.
    pub(crate) fn client(&self, peer: IpAddr, headers: &HeaderMap) -> Client {
        let address = self.address(peer, headers);
        Client { many: self.trusts(address), ..Client::at(address) }
    }

    fn address(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut nearest = peer;
        let lines = headers.get_all("x-forwarded-for").iter().rev();
        let hops = lines.flat_map(|line| line.to_str().unwrap_or_default().rsplit(','));
        for hop in hops {
            if !self.trusts(nearest) {
                break;
            }
            match read(hop) {
                Some(address) => nearest = address,
                None => break,
            }
        }
        nearest
    }
}

/// An address as proxies write it: alone, or with a port.
fn read(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    let bare = hop.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(hop);
    bare.parse().ok().or_else(|| hop.parse::<SocketAddr>().ok().map(|it| it.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(proxies: &Proxies, peer: &str, forwarded: &[&str]) -> Client {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", line.parse().unwrap());
        }
        proxies.client(peer.parse().unwrap(), &headers)
    }

    fn at(address: &str) -> Client {
        Client::at(address.parse().unwrap())
    }

    #[test]
    fn only_proxies_are_believed() {
        let usual = Proxies::default();
        assert_eq!(client(&usual, "203.0.113.9", &["198.51.100.1"]), at("203.0.113.9"));
        assert_eq!(client(&usual, "127.0.0.1", &["198.51.100.1"]), at("198.51.100.1"));
        assert_eq!(client(&usual, "::ffff:127.0.0.1", &["198.51.100.1"]), at("198.51.100.1"));
        assert_eq!(client(&usual, "::1", &["[2001:db8::1]:443"]), at("2001:db8::1"));
        let local = client(&usual, "127.0.0.1", &[]);
        assert!(local.is_many() && local.bytes() == at("127.0.0.1").bytes());
    }

    #[test]
    fn what_a_client_writes_itself_is_not_believed() {
        let usual = Proxies::default();
        assert_eq!(client(&usual, "127.0.0.1", &["1.1.1.1, 198.51.100.1"]), at("198.51.100.1"));
        assert_eq!(client(&usual, "127.0.0.1", &["1.1.1.1", "198.51.100.1:4711"]), at("198.51.100.1"));
        assert_eq!(client(&usual, "127.0.0.1", &["1.1.1.1, unknown"]), client(&usual, "127.0.0.1", &[]));
        assert!(!client(&usual, "127.0.0.1", &["198.51.100.1"]).is_many());
        let chain = Proxies::with(&["10.0.0.0/8".parse().unwrap()]);
        assert_eq!(client(&chain, "10.1.2.3", &["1.1.1.1, 198.51.100.1, 10.9.9.9"]), at("198.51.100.1"));
        assert_eq!(client(&chain, "11.1.2.3", &["198.51.100.1"]), at("11.1.2.3"));
    }

    #[test]
    fn one_subscriber_is_one_client() {
        assert_eq!(at("2001:db8:1:2:3::4"), at("2001:db8:1:2:ffff::9"));
        assert_ne!(at("2001:db8:1:2::"), at("2001:db8:1:3::"));
        assert_eq!(at("::ffff:198.51.100.1"), at("198.51.100.1"));
        assert_ne!(at("198.51.100.1"), at("198.51.100.2"));
    }

    #[test]
    fn ranges_are_read_and_others_refused() {
        for text in ["10.0.0.0/33", "::1/129", "ten", "10.0.0.0/x", ""] {
            assert!(text.parse::<Network>().is_err(), "{text}");
        }
        let everybody: Network = "0.0.0.0/0".parse().unwrap();
        assert!(everybody.has("203.0.113.1".parse().unwrap()));
        let one: Network = "203.0.113.1".parse().unwrap();
        assert!(one.has("203.0.113.1".parse().unwrap()) && !one.has("203.0.113.2".parse().unwrap()));
    }
}
