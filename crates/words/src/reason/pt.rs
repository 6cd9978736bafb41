//! In Portuguese, as in Brazil.

use chasqui_model::account::Language;
use chasqui_model::integration::Damaged;
use chasqui_model::reason::{Reason, Scope};

use super::{Style, refused};
use crate::day::day;
use crate::template;

const STYLE: Style = Style {
    language: Language::Pt,
    to_send: "Para enviar é preciso a permissão",
    needs: "Para isso é preciso a permissão",
    says: "A Meta diz:",
    error: "erro",
};
const HELD: &str = "As respostas esperam até haver um novo.";

#[expect(clippy::too_many_lines, reason = "one sentence an arm")]
pub(super) fn say(reason: &Reason) -> String {
    let on = |at: &_| day(*at, Language::Pt);
    match reason {
        Reason::Damaged { part } => damaged(*part).to_owned(),
        Reason::TokenEnded { on: at } => {
            format!("O token de acesso terminou em {}. Informe um novo.", on(at))
        }
        Reason::TokenEnds { on: at } => {
            format!("O token de acesso termina em {}. Informe um novo.", on(at))
        }
        Reason::TokenRevoked => {
            "A Meta não aceita mais o token de acesso, embora não tenha expirado: foi revogado. Informe um novo.".to_owned()
        }
        Reason::TokenShortLived => {
            "O token de acesso termina em poucas horas. Use o de um usuário do sistema.".to_owned()
        }
        Reason::TokenLacks { scope: Scope::Messaging } => {
            let scope = Scope::Messaging.name();
            format!("Falta ao token de acesso a permissão {scope}: nada pode ser enviado. Informe um novo.")
        }
        Reason::TokenLacks { scope: Scope::Management } => {
            let scope = Scope::Management.name();
            format!(
                "Falta ao token de acesso a permissão {scope}: os modelos e o webhook não podem ser administrados."
            )
        }
        Reason::TokenRefused { meta } => refused(meta, &STYLE, "A Meta recusa o token de acesso.", HELD),
        Reason::NumberHeld { meta } => {
            refused(meta, &STYLE, "A Meta não deixa este número enviar nada por enquanto.", "")
        }
        Reason::OutOfService { status } => {
            format!("A Meta tirou o número de serviço ({status}). Veja a página dele na Meta.")
        }
        Reason::DeliversNowhere => {
            "A Meta não entrega as mensagens deste número em nenhum lugar. Conecte o webhook.".to_owned()
        }
        Reason::DeliversElsewhere { url } => {
            format!("A Meta entrega as mensagens deste número em outro lugar: {url}. Conecte o webhook de novo.")
        }
        Reason::NotConnected => {
            "O webhook não está conectado: nenhuma mensagem chega. Conecte-o.".to_owned()
        }
        Reason::NotSubscribed => {
            "O app não está inscrito na conta comercial. Conecte o webhook de novo.".to_owned()
        }
        Reason::VersionEnds { version, on: at } => {
            format!("A Meta encerra {version} em {}. Atualize a versão.", on(at))
        }
        Reason::VersionEnded { version, answers_as, until } => ended(version, answers_as, until.map(|at| on(&at))),
        Reason::VersionGone { version } => {
            format!("A Meta não oferece mais {version}. Atualize a versão.")
        }
        Reason::LowQuality => {
            "A qualidade do número está baixa: as pessoas o bloqueiam ou denunciam. Envie menos.".to_owned()
        }
        Reason::MetaRefused { meta } => refused(meta, &STYLE, "A Meta recusou a mensagem.", ""),
        Reason::NotDelivered { meta } => refused(meta, &STYLE, "A mensagem não chegou.", ""),
        Reason::NoAnswer => "A Meta não responde.".to_owned(),
        Reason::CallRefused { meta } => refused(meta, &STYLE, "A Meta recusou.", ""),
        Reason::Unreached => "A Meta não respondeu. Tente de novo em instantes.".to_owned(),
        Reason::WindowClosed => "A janela de 24 horas está fechada: o contato não escreve há um dia, e só modelos podem ser \
                                 enviados. Escolha nas configurações da integração um modelo para ser enviado no lugar."
            .to_owned(),
        Reason::GivenUp => "A mensagem não pôde ser enviada por 24 horas e foi abandonada.".to_owned(),
        Reason::OptedOut => "Esta pessoa não quer marketing deste número, e as configurações da integração mandam respeitar \
                             isso."
            .to_owned(),
        Reason::Unreadable => {
            "A mensagem está guardada em uma forma que não pode ser lida, por isso não foi enviada.".to_owned()
        }
        Reason::NoRecipient => {
            "Não há a quem enviar: não se conhece nem um número nem um ID de usuário.".to_owned()
        }
        Reason::NoFile => "O arquivo não foi encontrado. Envie-o de novo.".to_owned(),
        Reason::Deleted => "A integração foi excluída.".to_owned(),
        Reason::TokenInvalid => "O token de acesso contém caracteres que nenhum token tem. Informe-o de novo.".to_owned(),
        Reason::StoreAway => "O banco de dados não respondeu. Tente de novo em instantes.".to_owned(),
        Reason::Claimed => "Esta integração foi desativada: alguém conectou o número dela com um token de acesso que a Meta \
             aceita para ele. A Meta nunca aceitou as credenciais daqui para este número. Verifique-as na Meta e \
             ative-a de novo.".to_owned(),
        Reason::Template { name, wrong } => template::wrong(name, wrong, Language::Pt),
        Reason::TemplateNotApproved { name, status } => {
            format!("O modelo {name} não pode ser enviado: a Meta diz {status}.")
        }
        Reason::TemplateUnknown { name, language } => {
            format!("Na Meta não há um modelo {name} no idioma {language}. Escolha um aprovado.")
        }
        Reason::Words { text } => text.clone(),
    }
}

pub(crate) fn ended(version: &str, answers_as: &str, until: Option<String>) -> String {
    match until {
        Some(until) => {
            format!("A Meta encerrou {version} e responde como {answers_as}, até {until}. Atualize a versão.")
        }
        None => format!("A Meta encerrou {version} e responde como {answers_as}. Atualize a versão."),
    }
}

const fn damaged(part: Damaged) -> &'static str {
    match part {
        Damaged::AppSecret => {
            "O segredo do app está danificado no banco de dados e não pode ser lido. Informe-o de novo. Até lá as entregas são \
             recusadas, e a Meta as envia outra vez."
        }
        Damaged::AccessToken => {
            "O token de acesso está danificado no banco de dados e não pode ser lido. Informe-o de novo. Até lá as mensagens \
             esperam."
        }
        Damaged::VerifyToken => {
            "O token de verificação está danificado no banco de dados e não pode ser lido. Informe-o de novo, aqui e na Meta."
        }
        Damaged::Version => {
            "A versão da Graph API está danificada no banco de dados e não pode ser lida. Escolha-a de novo. Até lá as \
             mensagens esperam."
        }
        Damaged::Settings => {
            "As configurações estão danificadas no banco de dados e não podem ser lidas. Verifique todas e salve. Até lá as \
             entregas são recusadas, e a Meta as envia outra vez."
        }
    }
}
