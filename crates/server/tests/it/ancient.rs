//! Just enough of a PostgreSQL 14 to say that it is one: the start-up of the protocol, byte by byte, and the two questions
//! that are asked first.

use std::io::{Read, Result, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};

const VERSION: &str = "14.9";
const NUMBER: i32 = 140_009;
/// Asks whether the connection can be encrypted.
const SSL: u32 = 80_877_103;
/// Types of columns.
const INT4: u32 = 23;
const TEXT: u32 = 25;

/// Listens until the test ends.
pub fn listen() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || serve(stream));
        }
    });
    address
}

fn serve(mut stream: TcpStream) -> Result<()> {
    loop {
        let length = u32::from_be_bytes(bytes(&mut stream)?);
        let code = u32::from_be_bytes(bytes(&mut stream)?);
        std::io::copy(&mut (&stream).take(u64::from(length) - 8), &mut std::io::sink())?;
        if code != SSL {
            break;
        }
        stream.write_all(b"N")?;
    }
    let mut out = message(b'R', &0u32.to_be_bytes());
    for (name, value) in [("server_version", VERSION), ("client_encoding", "UTF8")] {
        out.extend(message(b'S', format!("{name}\0{value}\0").as_bytes()));
    }
    out.extend(message(b'K', &[0; 8]));
    out.extend(ready());
    stream.write_all(&out)?;
    loop {
        let [kind] = bytes(&mut stream)?;
        let length = u32::from_be_bytes(bytes(&mut stream)?);
        std::io::copy(&mut (&stream).take(u64::from(length) - 4), &mut std::io::sink())?;
        let answer = match kind {
            b'P' => message(b'1', &[]),
            b'D' => described(),
            b'B' => message(b'2', &[]),
            b'E' => [row(), message(b'C', b"SELECT 1\0")].concat(),
            b'C' => message(b'3', &[]),
            // A simple statement, such as SET.
            b'Q' => [message(b'C', b"SET\0"), ready()].concat(),
            b'S' => ready(),
            _ => return Ok(()),
        };
        stream.write_all(&answer)?;
    }
}

fn bytes<const N: usize>(stream: &mut TcpStream) -> Result<[u8; N]> {
    let mut bytes = [0; N];
    stream.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 4).unwrap();
    [&[kind], &length.to_be_bytes()[..], body].concat()
}

/// Nothing is under way.
fn ready() -> Vec<u8> {
    message(b'Z', b"I")
}

/// No parameters, two columns.
fn described() -> Vec<u8> {
    let mut columns = 2u16.to_be_bytes().to_vec();
    for (name, kind, size) in [("int4", INT4, 4i16), ("current_setting", TEXT, -1)] {
        columns.extend([name.as_bytes(), &[0; 7]].concat());
        columns.extend(kind.to_be_bytes());
        columns.extend(size.to_be_bytes());
        columns.extend((-1i32).to_be_bytes());
        columns.extend(0u16.to_be_bytes());
    }
    [message(b't', &0u16.to_be_bytes()), message(b'T', &columns)].concat()
}

fn row() -> Vec<u8> {
    let mut fields = 2u16.to_be_bytes().to_vec();
    for field in [&NUMBER.to_be_bytes()[..], VERSION.as_bytes()] {
        fields.extend(u32::try_from(field.len()).unwrap().to_be_bytes());
        fields.extend(field);
    }
    message(b'D', &fields)
}
