//! In Portuguese, as in Brazil.

use chasqui_model::check::Check;
use chasqui_model::check::State::{self, Bad, Good, NotKnown, Soon};

pub(super) const fn title(check: Check) -> &'static str {
    match check {
        Check::Active => "Ativa",
        Check::Bot => "Bot",
        Check::Credentials => "Credenciais",
        Check::TokenExpiry => "Fim do token",
        Check::Scopes => "Permissões",
        Check::Version => "Versão da API",
        Check::Number => "Número",
        Check::Quality => "Qualidade",
        Check::MessagingLimit => "Limite de mensagens",
        Check::CanSend => "Envio permitido",
        Check::AppSubscribed => "App inscrito",
        Check::MessagesField => "Campos do webhook",
        Check::Callback => "URL de callback",
        Check::Verified => "Verificação",
        Check::LastDelivery => "Entregas",
        Check::Signatures => "Assinaturas",
        Check::Template => "Modelo",
        Check::AlertMail => "Alertas por e-mail",
        Check::Recipients => "Quem pode escrever",
        Check::Queue => "Fila",
    }
}

pub(super) const fn cure(check: Check) -> &'static str {
    match check {
        Check::Active => "Ative a integração.",
        Check::Bot => "Publique o bot ou escolha outro.",
        Check::Credentials => {
            "Crie um novo token de acesso na Meta e informe-o; verifique também o ID e o segredo do app."
        }
        Check::TokenExpiry => "Informe um novo token; o de um usuário do sistema nunca termina.",
        Check::Scopes => "Crie um novo token com as duas permissões do WhatsApp.",
        Check::Version => "Atualize a versão.",
        Check::Number => "Verifique o ID do número de telefone e registre o número na Meta.",
        Check::Quality => "As pessoas bloqueiam ou denunciam o número: envie menos, e só o que elas pediram.",
        Check::MessagingLimit => "Verifique a empresa na Meta; depois o limite cresce com boa qualidade.",
        Check::CanSend => "Veja a página do número na Meta.",
        Check::AppSubscribed | Check::MessagesField | Check::Callback => "Conecte o webhook.",
        Check::Verified => {
            "Conecte o webhook, ou compare o token de verificação dos dois lados: cada letra conta."
        }
        Check::LastDelivery => "Escreva para o número de um telefone. Se nada chegar, conecte o webhook.",
        Check::Signatures => {
            "Informe o segredo do app de novo; se estiver certo, outra pessoa escreve na URL de callback."
        }
        Check::Template => "Escolha um modelo aprovado.",
        Check::AlertMail => "Informe um endereço que receba e-mail.",
        Check::Recipients => "",
        Check::Queue => "Veja as verificações que falharam; depois a fila continua sozinha.",
    }
}

#[rustfmt::skip]
#[expect(clippy::too_many_lines, reason = "one sentence an arm")]
pub(super) fn found(check: Check, state: State, value: Option<&str>) -> String {
    match (check, state, value) {
        (Check::Active, Good, _) => "A chave está ligada.".to_owned(),
        (Check::Active, Bad, _) => "A chave está desligada: as mensagens são contadas e não são respondidas.".to_owned(),
        (Check::Bot, Good, _) => "Há um bot publicado conectado.".to_owned(),
        (Check::Bot, Bad, _) => "O bot conectado não está publicado.".to_owned(),
        (Check::Credentials, Good, _) => "A Meta aceita o segredo do app e o token.".to_owned(),
        (Check::Credentials, Bad, Some(value)) => format!("A Meta não os aceita: {value}"),
        (Check::Credentials, Bad, None) => "A Meta não os aceita.".to_owned(),
        (Check::TokenExpiry, Good, Some(value)) => format!("O token de acesso termina em {value}."),
        (Check::TokenExpiry, Good, None) => "O token de acesso nunca termina.".to_owned(),
        (Check::TokenExpiry, Bad, _) => format!("O token de acesso terminou em {}.", value.unwrap_or_default()),
        (Check::TokenExpiry, Soon, _) => format!("O token de acesso termina em {}.", value.unwrap_or_default()),
        (Check::Scopes, Good, _) => "O token tem as permissões de que precisa.".to_owned(),
        (Check::Scopes, Bad, _) => format!("Falta ao token: {}.", value.unwrap_or_default()),
        (Check::Scopes, Soon, _) => format!("Falta ao token {}: os modelos e o webhook não podem ser administrados.", value.unwrap_or_default()),
        (Check::Version, Good, _) => format!("A Meta oferece {}.", value.unwrap_or_default()),
        (Check::Version, Bad, _) => format!("A Meta não oferece mais {}.", value.unwrap_or_default()),
        (Check::Version, Soon, _) => format!("A Meta encerra esta versão em breve: {}.", value.unwrap_or_default()),
        (Check::Number, Good, Some(value)) => format!("{value} está registrado e conectado."),
        (Check::Number, Good, None) => "O número está registrado e conectado.".to_owned(),
        (Check::Number, Bad, Some(value)) => format!("O número não está conectado: {value}"),
        (Check::Number, Bad, None) => "O número não está conectado.".to_owned(),
        (Check::Quality, Good, _) => "A qualidade do número é alta.".to_owned(),
        (Check::Quality, Bad, _) => "A qualidade do número é baixa.".to_owned(),
        (Check::Quality, Soon, _) => "A qualidade do número é média.".to_owned(),
        (Check::Quality, NotKnown, _) => "A Meta ainda não tem uma avaliação.".to_owned(),
        (Check::MessagingLimit, Good, _) => format!("O número pode iniciar conversas: {}.", value.unwrap_or_default()),
        (Check::MessagingLimit, Soon, _) => format!("O número só pode iniciar poucas conversas por dia: {}.", value.unwrap_or_default()),
        (Check::MessagingLimit, NotKnown, _) => "A Meta ainda não definiu nenhum.".to_owned(),
        (Check::CanSend, Good, _) => "A Meta deixa o número enviar.".to_owned(),
        (Check::CanSend, Bad, Some(value)) => format!("A Meta não deixa o número enviar. {value}"),
        (Check::CanSend, Bad, None) => "A Meta não deixa o número enviar.".to_owned(),
        (Check::CanSend, Soon, Some(value)) => format!("A Meta limita o que o número pode enviar. {value}"),
        (Check::CanSend, Soon, None) => "A Meta limita o que o número pode enviar.".to_owned(),
        (Check::AppSubscribed, Good, _) => "O app recebe as entregas da conta comercial.".to_owned(),
        (Check::AppSubscribed, Bad, _) => "O app não está inscrito na conta comercial.".to_owned(),
        (Check::MessagesField, Good, Some(value)) => format!("O app está inscrito em messages. A Meta recusou os campos {value}."),
        (Check::MessagesField, Good, None) => "O app está inscrito em messages e em todos os outros campos.".to_owned(),
        (Check::MessagesField, Bad, _) => "O app não está inscrito no campo messages.".to_owned(),
        (Check::MessagesField, Soon, _) => format!("O app está inscrito em messages, mas não em {}.", value.unwrap_or_default()),
        (Check::Callback, Good, _) => "A Meta entrega aqui.".to_owned(),
        (Check::Callback, Bad, Some(value)) => format!("A Meta entrega em {value}."),
        (Check::Callback, Bad, None) => "A Meta não entrega em nenhum lugar.".to_owned(),
        (Check::Verified, Good, _) => format!("O pedido de verificação da Meta foi respondido em {}.", value.unwrap_or_default()),
        (Check::Verified, Bad, Some(value)) => format!("Em {value} a verificação foi pedida com outro token de verificação."),
        (Check::Verified, Bad, None) => "O pedido de verificação da Meta nunca chegou.".to_owned(),
        (Check::Verified, Soon, _) => format!("O webhook foi verificado antes. Em {} a verificação foi pedida com outro token de verificação.", value.unwrap_or_default()),
        (Check::LastDelivery, Good, _) => format!("A última chegou em {}.", value.unwrap_or_default()),
        (Check::LastDelivery, Soon, _) => "Nenhuma chegou ainda.".to_owned(),
        (Check::LastDelivery, NotKnown, _) => format!("Nenhuma nas últimas 24 horas; a última chegou em {}.", value.unwrap_or_default()),
        (Check::Signatures, Good, _) => "Nenhuma assinatura errada na última hora.".to_owned(),
        (Check::Signatures, Bad, _) => format!("Na última hora, {} entregas com assinatura errada foram recusadas.", value.unwrap_or_default()),
        (Check::Template, Good, _) => format!("{} está aprovado.", value.unwrap_or_default()),
        (Check::Template, Bad, _) => format!("{} não pode ser enviado.", value.unwrap_or_default()),
        (Check::Template, NotKnown, _) => "Nenhum foi escolhido: nada pode ser enviado a quem não escreve há um dia.".to_owned(),
        (Check::AlertMail, Good, _) => format!("Eles vão para {}.", value.unwrap_or_default()),
        (Check::AlertMail, Bad, Some(value)) => format!("Eles não chegam: {value}"),
        (Check::AlertMail, Bad, None) => "Eles não podem ser enviados: este servidor não tem servidor de e-mail.".to_owned(),
        (Check::AlertMail, Soon, _) => "Ninguém recebe nenhum.".to_owned(),
        (Check::Recipients, Good, _) => "Todos.".to_owned(),
        (Check::Recipients, NotKnown, _) => format!("Só {} números são respondidos; os outros são contados e ignorados.", value.unwrap_or_default()),
        (Check::Queue, Good, _) => "Nada espera envio.".to_owned(),
        (Check::Queue, Bad, _) => "As respostas esperam porque o número não consegue enviar.".to_owned(),
        (Check::Queue, Soon, _) => format!("A mensagem mais antiga espera há {} minutos.", value.unwrap_or_default()),
        (Check::Active | Check::Bot | Check::Credentials | Check::Number | Check::AppSubscribed | Check::Callback | Check::Signatures, Soon | NotKnown, Some(value))
        | (Check::TokenExpiry | Check::Scopes | Check::Version | Check::CanSend | Check::MessagesField | Check::Verified | Check::AlertMail | Check::Queue, NotKnown, Some(value))
        | (Check::MessagingLimit | Check::LastDelivery, Bad, Some(value))
        | (Check::Template, Soon, Some(value))
        | (Check::Recipients, Bad | Soon, Some(value)) => format!("A Meta não informou. {value}"),
        (Check::Active | Check::Bot | Check::Credentials | Check::Number | Check::AppSubscribed | Check::Callback | Check::Signatures, Soon | NotKnown, None)
        | (Check::TokenExpiry | Check::Scopes | Check::Version | Check::CanSend | Check::MessagesField | Check::Verified | Check::AlertMail | Check::Queue, NotKnown, None)
        | (Check::MessagingLimit | Check::LastDelivery, Bad, None)
        | (Check::Template, Soon, None)
        | (Check::Recipients, Bad | Soon, None) => "A Meta não informou.".to_owned(),
    }
}
