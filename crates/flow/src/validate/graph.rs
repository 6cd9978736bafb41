//! The flow as a graph: what cannot be reached, and circles that never wait.

use std::collections::HashMap;

use crate::definition::Definition;
use crate::problem::{Problem, Problems};

/// Checks start, reachability and circles.
pub(super) fn check(definition: &Definition, positions: &HashMap<&str, usize>, problems: &mut Problems) {
    let edges: Vec<Vec<Edge>> = definition.nodes.iter().map(|node| edges(node, positions)).collect();
    let start = positions.get(definition.start.as_str()).copied();
    let Some(start) = start else {
        let message = match definition.start.as_str() {
            "" => "no node is the start".to_owned(),
            start => format!("the start `{start}` does not exist"),
        };
        problems.push(Problem::error("missing_start", message).in_field("start"));
        return;
    };
    let targets = |edges: &Vec<Edge>| edges.iter().map(|edge| edge.to).collect();
    let targets: Vec<Vec<usize>> = edges.iter().map(targets).collect();
    let reached = reach(start, &targets);
    for (node, reached) in definition.nodes.iter().zip(&reached) {
        if !reached {
            problems.push(Problem::error("unreachable", "no way leads to this node").in_node(&node.id));
        }
    }
    circles(definition, &edges, problems);
}

/// A way from a node to another.
struct Edge {
    to: usize,
    /// Whether it is only taken on errors.
    on_error: bool,
}

fn edges(node: &crate::definition::Node, positions: &HashMap<&str, usize>) -> Vec<Edge> {
    let ports = node.ports.iter().map(|(port, to)| (to.as_str(), port == "error"));
    let jump = node.component.behaviour().jumps_to().map(|to| (to, false));
    ports.chain(jump).filter_map(|(to, on_error)| Some(Edge { to: *positions.get(to)?, on_error })).collect()
}

/// Which nodes are come to from the start.
pub(super) fn reach(start: usize, targets: &[Vec<usize>]) -> Vec<bool> {
    let mut reached = vec![false; targets.len()];
    let mut open = vec![start];
    while let Some(node) = open.pop() {
        if !std::mem::replace(&mut reached[node], true) {
            open.extend(targets[node].iter().filter(|&&to| !reached[to]));
        }
    }
    reached
}

/// Finds circles of nodes that never wait: an error when nothing leads out, else a warning.
fn circles(definition: &Definition, edges: &[Vec<Edge>], problems: &mut Problems) {
    let rests: Vec<bool> = definition.nodes.iter().map(|node| node.component.behaviour().rests()).collect();
    let awake = |(node, edges): (usize, &Vec<Edge>)| {
        let targets = edges.iter().map(|edge| edge.to).filter(|&to| !rests[node] && !rests[to]);
        targets.collect::<Vec<usize>>()
    };
    let targets: Vec<Vec<usize>> = edges.iter().enumerate().map(awake).collect();
    let circles = components(&targets);
    let mut circle_of = vec![0; edges.len()];
    for (index, circle) in circles.iter().enumerate() {
        for &node in circle {
            circle_of[node] = index;
        }
    }
    for (index, circle) in circles.iter().enumerate() {
        let is_circle = circle.len() > 1 || targets[circle[0]].contains(&circle[0]);
        if !is_circle {
            continue;
        }
        let leads_out = circle
            .iter()
            .flat_map(|&node| &edges[node])
            .any(|edge| !edge.on_error && circle_of[edge.to] != index);
        let first = circle.iter().copied().min().unwrap_or_default();
        let problem = if leads_out {
            let message = "this circle never waits; it must end after at most 200 nodes";
            Problem::error("loop_without_waiting", message).as_warning()
        } else {
            Problem::error("loop_without_waiting", "this circle never waits for the contact and never ends")
        };
        problems.push(problem.in_node(&definition.nodes[first].id));
    }
}

/// The strongly connected components (Tarjan, without recursion), each after all that it leads to.
pub(super) fn components(targets: &[Vec<usize>]) -> Vec<Vec<usize>> {
    const NONE: usize = usize::MAX;
    let count = targets.len();
    let (mut index, mut low, mut on_stack) = (vec![NONE; count], vec![0; count], vec![false; count]);
    let (mut stack, mut found, mut counter) = (Vec::new(), Vec::new(), 0);
    for root in 0..count {
        if index[root] != NONE {
            continue;
        }
        let mut work = vec![(root, 0)];
        while let Some((node, edge)) = work.pop() {
            if edge == 0 {
                index[node] = counter;
                low[node] = counter;
                counter += 1;
                stack.push(node);
                on_stack[node] = true;
            }
            if let Some(&next) = targets[node].get(edge) {
                work.push((node, edge + 1));
                if index[next] == NONE {
                    work.push((next, 0));
                } else if on_stack[next] {
                    low[node] = low[node].min(index[next]);
                }
                continue;
            }
            if let Some(&(parent, _)) = work.last() {
                low[parent] = low[parent].min(low[node]);
            }
            if low[node] == index[node] {
                let at = stack.iter().rposition(|&other| other == node).unwrap_or(0);
                let circle = stack.split_off(at);
                for &member in &circle {
                    on_stack[member] = false;
                }
                found.push(circle);
            }
        }
    }
    found
}
