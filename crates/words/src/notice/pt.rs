//! In Portuguese, as in Brazil.

use chasqui_model::account::Language;
use chasqui_model::notice::{Notice, TooOld, WorksAgain};
use chasqui_model::quota::Kind;
use chasqui_model::reason::{MetaSaid, Scope};

use super::{MIB, failed, is_bad};
use crate::day::day;
use crate::reason::pt::ended;
use crate::{Say, meta};

const LANGUAGE: Language = Language::Pt;

#[expect(clippy::too_many_lines, reason = "one sentence an arm")]
pub(super) fn say(notice: &Notice) -> String {
    match notice {
        Notice::NumberCannotSend { why } | Notice::MessageNotSent { why } => why.say(LANGUAGE),
        Notice::NumberWorksAgain { by: WorksAgain::Sent } => "O número voltou a enviar.".to_owned(),
        Notice::NumberWorksAgain { by: WorksAgain::Changed } => "O número pode enviar de novo.".to_owned(),
        Notice::NumberWorksAgain { by: WorksAgain::TokenTaken } => {
            "A Meta voltou a aceitar o token de acesso. As mensagens em espera são enviadas.".to_owned()
        }
        Notice::SendsDelayed { why } => {
            let why = why.say(LANGUAGE);
            format!("Uma mensagem espera há mais de cinco minutos. O envio é tentado de novo por até um dia. {why}")
        }
        Notice::TokenEndsSoon { on } => {
            let on = day(*on, LANGUAGE);
            format!(
                "O token de acesso termina em {on}. Crie um novo na Meta e informe-o na integração; até lá o antigo \
             continua funcionando."
            )
        }
        Notice::TokenEnded { on } => {
            let on = day(*on, LANGUAGE);
            format!("O token de acesso terminou em {on}. As respostas esperam até haver um novo.")
        }
        Notice::TokenRevoked => chasqui_model::reason::Reason::TokenRevoked.say(LANGUAGE),
        Notice::TokenPermissionLost { scope: Scope::Messaging } => {
            let scope = Scope::Messaging.name();
            format!("O token de acesso perdeu a permissão {scope}: nada pode ser enviado. Informe um novo.")
        }
        Notice::TokenPermissionLost { scope: Scope::Management } => {
            let scope = Scope::Management.name();
            format!(
                "O token de acesso perdeu a permissão {scope}: os modelos e o webhook não podem ser administrados. \
             Informe um novo."
            )
        }
        Notice::TokenPermissionBack { scope } => {
            format!("O token de acesso voltou a ter a permissão {}.", scope.name())
        }
        Notice::TokenRenewed => "O token de acesso foi substituído.".to_owned(),
        Notice::VersionEndsSoon { version, on } => {
            let on = day(*on, LANGUAGE);
            format!("A Meta encerra {version} da Graph API em {on}. Atualize a versão: basta um clique.")
        }
        Notice::VersionEnded { version, answers_as, until } => {
            ended(version, answers_as, until.map(|at| day(at, LANGUAGE)))
        }
        Notice::VersionRaised => "A versão da Graph API foi alterada.".to_owned(),
        Notice::WebhookVerified => "A Meta verificou a URL de callback com o token de verificação certo.".to_owned(),
        Notice::VerifyTokenWrong { .. } => {
            "Alguém pediu para verificar a URL de callback com um token de verificação diferente do daqui. Se \
             foi você na Meta, compare os dois: cada letra conta."
                .to_owned()
        }
        Notice::WebhookElsewhere { url } if url.is_empty() => {
            "A Meta não entrega mais as mensagens deste número aqui nem em outro lugar. Conecte o webhook de \
             novo.".to_owned()
        }
        Notice::WebhookElsewhere { url } => {
            format!("A Meta entrega as mensagens deste número em {url} e não mais aqui. Conecte o webhook de novo.")
        }
        Notice::WebhookBack => "A Meta voltou a entregar aqui as mensagens deste número.".to_owned(),
        Notice::WebhookRepaired => "O webhook foi conectado de novo.".to_owned(),
        Notice::FieldsRefused { fields } => format!(
            "A Meta recusou os campos do webhook {}. Todos os outros estão conectados. As novidades dos \
             recusados não chegam.",
            fields.join(", ")
        ),
        Notice::SignatureRefused => {
            "Chegam entregas sem assinatura ou com assinatura errada, e elas são recusadas. Se forem da Meta, o \
             segredo do app daqui não é o do app: informe-o de novo. Se não, outra pessoa escreve na URL de \
             callback."
                .to_owned()
        }
        Notice::DeliveryUnreadable { cause } => {
            format!("Uma parte de uma entrega da Meta não pôde ser lida e foi guardada ({cause}).")
        }
        Notice::DeliveryTooOld { what: TooOld::Messages, count } => times(
            "A Meta entregou mensagens de mais de 8 dias atrás. O bot não as responde: já não se sabe se ele fez \
             isso antes.",
            *count,
        ),
        Notice::DeliveryTooOld { what: TooOld::Preferences, count } => times(
            "A Meta entregou preferências de marketing de mais de 8 dias atrás. Elas não mudam nada: já não se \
             sabe se mudaram antes.",
            *count,
        ),
        Notice::MessageFailed { code } => match code.and_then(|code| meta::explain(code, LANGUAGE)) {
            Some(known) => format!("Uma mensagem não chegou. {} {}", known.cause, known.cure),
            None => "Uma mensagem não chegou, e a Meta não deu nenhum motivo conhecido.".to_owned(),
        },
        Notice::MessageNotRun { cause } => format!("Uma mensagem não pôde ser processada e foi guardada: {cause}."),
        Notice::OptedOut => chasqui_model::reason::Reason::OptedOut.say(LANGUAGE),
        Notice::HandedOff => "Uma conversa espera por uma pessoa. Abra-a e assuma.".to_owned(),
        Notice::FlowFailed { code, words } => failed(code, words, LANGUAGE),
        Notice::NodeFailed { bot, node, code, words } => {
            let words = failed(code, words, LANGUAGE);
            format!("O bot {bot} falhou no nó {node}. {words}")
        }
        Notice::MissedCall { count } => times(
            "Alguém ligou para este número e ninguém atendeu. Bots não atendem ligações: responda por mensagem \
             ou desative as ligações na Meta.",
            *count,
        ),
        Notice::MetaError { meta, count } => times(&error(meta), *count),
        Notice::FieldIgnored { field, what, count } => times(&ignored(field, what), *count),
        Notice::NumberClaimed => chasqui_model::reason::Reason::Claimed.say(LANGUAGE),
        Notice::QuotaPassed { kind: Kind::Contacts, limit } => format!(
            "Esta conta tem mais de {limit} contatos. As mensagens continuam sendo aceitas e respondidas. Apague \
             conversas antigas ou fale com seu operador."
        ),
        Notice::QuotaPassed { limit, .. } => format!(
            "Os arquivos que os contatos enviaram ocupam mais de {} MiB. As mensagens continuam sendo aceitas e \
             respondidas. Apague conversas antigas ou fale com seu operador.",
            limit / MIB
        ),
        Notice::StoreStoodStill { seconds } => format!(
            "O banco de dados desta instalação não respondeu por {seconds} segundos. As entregas desse tempo \
             foram recusadas, e a Meta as envia outra vez."
        ),
        Notice::TemplateStatus { name, language, status, reason } => {
            let cure = if is_bad(notice) { " Altere-o na Meta ou escolha outro." } else { "" };
            format!("O modelo {name} ({language}) agora está em {status}.{}{cure}", why(reason.as_deref()))
        }
        Notice::TemplateQuality { name, language, quality } => {
            let cure = if is_bad(notice) { " Altere o texto, ou a Meta vai pausá-lo." } else { "" };
            format!("O modelo {name} ({language}) agora tem a qualidade {quality}.{cure}")
        }
        Notice::TemplateCategory { name, language, category, later: true } => format!(
            "A Meta diz que o modelo {name} ({language}) passará à categoria {category}; o preço muda com ela."
        ),
        Notice::TemplateCategory { name, language, category, later: false } => format!(
            "A Meta diz que o modelo {name} ({language}) é da categoria {category}; o preço muda com ela."
        ),
        Notice::TemplateChanged { name, language } => {
            format!("O modelo {name} ({language}) foi alterado na Meta.")
        }
        Notice::NumberQuality { event, limit } => {
            let limit = limit.as_ref().map(|it| format!(" O limite de mensagens dele é {it}.")).unwrap_or_default();
            let cure = if is_bad(notice) {
                " As pessoas o bloqueiam ou denunciam: envie menos, e só o que elas pediram."
            } else {
                ""
            };
            format!("A Meta informa {event} para este número.{limit}{cure}")
        }
        Notice::NumberName { decision, reason } => {
            format!("Decisão da Meta sobre o nome de exibição do número: {decision}.{}", why(reason.as_deref()))
        }
        Notice::NumberSecurity { event } => {
            format!("A Meta informa {event} para este número. Se não foi ninguém da sua equipe, altere o PIN do número \
             na Meta.")
        }
        Notice::MessagingLimit { limit } => {
            format!("A empresa agora pode iniciar {limit} conversas por dia.")
        }
        Notice::AccountUpdate { event, detail } => {
            let detail = detail.as_ref().map(|it| format!(" ({it})")).unwrap_or_default();
            let cure = if is_bad(notice) { " Veja a página da conta na Meta." } else { "" };
            format!("A Meta informa {event}{detail} para a conta comercial.{cure}")
        }
        Notice::AccountReview { decision } => {
            format!("Decisão da Meta sobre a conta comercial: {decision}.")
        }
        Notice::AccountAlert { description, .. } => format!("A Meta diz: {description}"),
        Notice::Words { text, .. } => text.clone(),
    }
}

fn why(reason: Option<&str>) -> String {
    reason.map(|it| format!(" A Meta diz: {it}.")).unwrap_or_default()
}

fn error(said: &MetaSaid) -> String {
    let begin = "A Meta informa um erro que não pertence a nenhuma mensagem";
    let begin = match (&said.said, said.code) {
        (None, None) => format!("{begin}."),
        (None, Some(code)) => format!("{begin} (erro {code})."),
        (Some(what), None) => format!("{begin}: {what}."),
        (Some(what), Some(code)) => format!("{begin}: {what} (erro {code})."),
    };
    match said.code.and_then(|code| meta::explain(code, LANGUAGE)) {
        Some(known) => format!("{begin} {} {}", known.cause, known.cure),
        None => begin,
    }
}

fn ignored(field: &str, what: &str) -> String {
    match (field, what) {
        ("", _) => "A Meta enviou muitos outros avisos que não têm efeito aqui.".to_owned(),
        (field, "") => {
            format!("A Meta enviou um aviso no campo de webhook {field}. Ele não tem efeito aqui.")
        }
        (field, what) => {
            format!("A Meta enviou {what} no campo de webhook {field}. Não tem efeito aqui.")
        }
    }
}

fn times(words: &str, count: u32) -> String {
    if count > 1 { format!("{words} Chegou {count} vezes em 24 horas.") } else { words.to_owned() }
}
