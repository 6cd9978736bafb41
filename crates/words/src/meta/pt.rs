//! What Meta's codes mean, in Portuguese: what happened, and what to do about it. In the order of [`super::CODES`] and
//! [`super::PAIRS`].

use super::{CODES, Explanation, PAIRS, of};

#[rustfmt::skip]
pub(super) static WORDS: [Explanation; CODES.len()] = [
    // 0
    of("A Meta não consegue autenticar o app: o token expirou ou foi revogado.",
        "Crie um novo token de acesso e informe-o na integração."),
    // 1
    of("A Meta não conseguiu processar a chamada, ou não conseguiu lê-la.",
        "Será tentado mais uma vez. Se continuar, relate com o ID de rastreamento."),
    // 2
    of("Um serviço da Meta está fora do ar.",
        "Nada a fazer: será tentado de novo."),
    // 3
    of("Falta ao app ou ao token uma capacidade de que esta chamada precisa.",
        "Dê ao app as permissões whatsapp_business_messaging e whatsapp_business_management e depois crie um novo token."),
    // 4
    of("O app chamou a Meta vezes demais.",
        "Nada a fazer: as chamadas continuam depois de uma pausa."),
    // 10
    of("Uma permissão nunca foi concedida ou foi retirada.",
        "Conceda whatsapp_business_messaging e whatsapp_business_management e depois crie um novo token."),
    // 17
    of("Chamadas demais deste usuário.",
        "Nada a fazer: as chamadas continuam depois de uma pausa."),
    // 32
    of("Chamadas demais desta página.",
        "Nada a fazer: as chamadas continuam depois de uma pausa."),
    // 33
    of("O ID do número de telefone não existe, foi excluído ou o token não pode vê-lo.",
        "Verifique o ID do número de telefone e a que conta comercial o token pertence."),
    // 100
    of("A Meta não aceita uma parte da solicitação, ou a prova feita com o segredo do app está errada.",
        "Verifique o segredo do app. Se estiver certo, veja os detalhes."),
    // 101
    of("A Meta não conhece o app a que o token pertence.",
        "Verifique o ID do app; depois crie um novo token de acesso e informe-o na integração."),
    // 102
    of("A sessão do token terminou.",
        "Crie um novo token de acesso e informe-o na integração."),
    // 104
    of("Este tipo de token não pode ser usado aqui.",
        "Use o token de um usuário do sistema."),
    // 190
    of("O token de acesso expirou ou não é válido.",
        "Crie um novo token de acesso e informe-o na integração."),
    // 200
    of("O token não pode usar esta conta comercial.",
        "Atribua a conta comercial e o app ao usuário do sistema e depois crie um novo token."),
    // 341
    of("O app atingiu um limite de chamadas.",
        "Nada a fazer: as chamadas continuam depois de uma pausa."),
    // 368
    of("A conta está bloqueada por um tempo por violar uma política.",
        "Veja a página de qualidade da conta na Meta."),
    // 613
    of("Chamadas demais deste tipo.",
        "Nada a fazer: as chamadas continuam depois de uma pausa."),
    // 803
    of("Um ID não existe.",
        "Verifique os IDs da integração."),
    // 2200
    of("A Meta não conseguiu verificar a URL de callback.",
        "Verifique se a URL é acessível pela internet e se o token de verificação é o mesmo dos dois lados."),
    // 2500
    of("A Meta não conhece o endereço desta chamada.",
        "Verifique a versão da Graph API e os IDs da integração."),
    // 80_007
    of("A cota de chamadas da conta comercial acabou.",
        "Nada a fazer: as chamadas continuam depois de uma pausa."),
    // 80_008
    of("A cota de chamadas da conta comercial acabou.",
        "Nada a fazer: as chamadas continuam depois de uma pausa."),
    // 130_403
    of("A empresa bloqueou esta pessoa: a mensagem não foi enviada.",
        "Tire a pessoa da lista de bloqueados para escrever a ela."),
    // 130_429
    of("O número enviou mais mensagens por segundo do que pode.",
        "Nada a fazer: o número continua mais devagar."),
    // 130_472
    of("A pessoa participa de um experimento da Meta e por enquanto não recebe marketing.",
        "Escreva a ela quando ela tiver escrito primeiro."),
    // 130_497
    of("A empresa não pode escrever a pessoas deste país.",
        "Veja a lista de países da Meta."),
    // 130_501
    of("Alguém escreveu em um grupo algo que o WhatsApp não repassa.",
        "Nada a fazer."),
    // 131_000
    of("Algo deu errado na Meta.",
        "Nada a fazer: será tentado de novo."),
    // 131_005
    of("Acesso negado: uma permissão nunca foi concedida ou foi retirada.",
        "Verifique na Meta quais permissões o token tem, conceda a que falta e crie um novo token."),
    // 131_008
    of("Falta uma parte da mensagem.",
        "Veja os detalhes e complete a mensagem."),
    // 131_009
    of("Uma parte da mensagem tem um valor que a Meta não aceita.",
        "Veja os detalhes e altere a mensagem."),
    // 131_014
    of("O link de um arquivo não funciona.",
        "Verifique o link em um navegador sem estar conectado."),
    // 131_016
    of("Um serviço da Meta está fora do ar.",
        "Nada a fazer: será tentado de novo."),
    // 131_020
    of("O grupo não tem outro membro.",
        "Nada a fazer."),
    // 131_021
    of("A mensagem vai para o mesmo número que a envia.",
        "Teste de outro telefone."),
    // 131_026
    of("A mensagem não pode ser entregue: a pessoa não está no WhatsApp, tem um app antigo ou bloqueou o número. A Meta não diz qual.",
        "Pergunte à pessoa por outro meio."),
    // 131_030
    of("Um número de teste só pode escrever às pessoas da sua lista.",
        "Adicione a pessoa na Meta ou use um número real."),
    // 131_031
    of("A conta está bloqueada ou restrita, ou um valor como o PIN não confere.",
        "Veja a página de qualidade da conta na Meta: ela diz o que está errado e até quando."),
    // 131_037
    of("O nome de exibição do número ainda não foi aprovado.",
        "Faça aprovar o nome na Meta."),
    // 131_041
    of("Esse grupo não existe.",
        "Nada a fazer."),
    // 131_042
    of("A conta comercial tem um problema de pagamento.",
        "Verifique na Meta a forma de pagamento, o fuso horário e a moeda."),
    // 131_044
    of("A conta comercial não tem forma de pagamento, ou há um problema com ela.",
        "Verifique a forma de pagamento na Meta."),
    // 131_045
    of("O número não está registrado corretamente.",
        "Registre o número de novo."),
    // 131_047
    of("A pessoa escreveu pela última vez há mais de 24 horas.",
        "Só um modelo pode ser enviado. Escolha um nas configurações da integração."),
    // 131_048
    of("Pessoas demais bloquearam ou denunciaram mensagens anteriores.",
        "Pare de enviar em massa e veja a qualidade do número na Meta."),
    // 131_049
    of("A Meta reteve a mensagem de marketing para proteger a pessoa.",
        "Não a envie de novo em 24 horas."),
    // 131_050
    of("A pessoa não quer marketing desta empresa.",
        "Nada a fazer: respeite isso."),
    // 131_051
    of("O WhatsApp não conhece este tipo de mensagem.",
        "Use outro tipo."),
    // 131_052
    of("A Meta não conseguiu obter o arquivo que a pessoa enviou.",
        "Peça que ela o envie de novo."),
    // 131_053
    of("A Meta não conseguiu aceitar o arquivo enviado.",
        "Ele será dado à Meta mais uma vez, a não ser que o tipo esteja errado. Verifique o tipo, o tamanho e, se for um link, se é acessível."),
    // 131_055
    of("Esta forma de envio só aceita mensagens de marketing.",
        "Envie da forma habitual."),
    // 131_056
    of("Mensagens demais a esta pessoa em pouco tempo.",
        "Nada a fazer: a conversa continua mais devagar. Se um bot anda em círculos, altere-o."),
    // 131_057
    of("O número está em manutenção, quase sempre enquanto sua capacidade é ampliada.",
        "Nada a fazer: será tentado de novo depois de um minuto."),
    // 131_059
    of("Uma página de uma lista não está mais disponível.",
        "Nada a fazer: a lista é buscada de novo desde o início."),
    // 131_060
    of("A mensagem não está disponível para a empresa.",
        "Peça que a pessoa a envie de novo."),
    // 131_061
    of("Um modelo com preço máximo não pode ser enviado assim.",
        "Envie-o pela Marketing Messages API da Meta, ou use outro modelo."),
    // 131_062
    of("Este modelo precisa de um número de telefone, e só se conhece um ID de usuário.",
        "Peça o número de telefone da pessoa."),
    // 131_063
    of("Os modelos de marketing estão desativados para esta conta pela via habitual.",
        "Ative-os na Meta, ou envie-os pela Marketing Messages API da Meta."),
    // 131_064
    of("O envio está limitado porque modelos tiveram uma categoria errada vezes demais.",
        "Corrija as categorias dos modelos na Meta."),
    // 131_201
    of("Só uma parte da alteração em um grupo foi feita.",
        "Veja os detalhes."),
    // 131_202
    of("A mesma alteração em um grupo foi pedida duas vezes.",
        "Nada a fazer."),
    // 131_203
    of("Os termos para grupos não foram aceitos.",
        "Aceite-os na Meta."),
    // 131_204
    of("O grupo tem pessoas demais.",
        "Tire alguém primeiro."),
    // 131_205
    of("Um grupo não pôde ser usado como pedido.",
        "Veja os detalhes."),
    // 131_207
    of("O grupo está suspenso.",
        "Nada a fazer."),
    // 131_208
    of("Chamadas demais sobre grupos.",
        "Nada a fazer: as chamadas continuam depois de uma pausa."),
    // 131_209
    of("A foto do grupo não é quadrada.",
        "Use uma foto quadrada."),
    // 131_210
    of("A foto do grupo é pequena demais.",
        "Use uma foto maior."),
    // 131_211
    of("O número já tem todos os grupos que pode ter.",
        "Exclua os grupos de que ninguém precisa."),
    // 131_212
    of("Esta pessoa, ou seu pedido para entrar, não está no grupo.",
        "Veja os detalhes."),
    // 131_214
    of("Por enquanto não há novos grupos: houve marketing demais em grupos.",
        "Espere sete dias e envie menos marketing a grupos."),
    // 131_215
    of("O número não pode usar grupos.",
        "Veja as condições da Meta para grupos."),
    // 132_000
    of("O modelo precisa de outra quantidade de valores.",
        "Preencha todas as variáveis do modelo."),
    // 132_001
    of("O modelo não existe neste idioma ou não foi aprovado.",
        "Escolha um modelo aprovado e exatamente um de seus idiomas."),
    // 132_005
    of("O modelo fica longo demais com estes valores.",
        "Use valores mais curtos."),
    // 132_007
    of("O modelo viola uma política.",
        "Altere o modelo na Meta."),
    // 132_008
    of("Um valor quebra o formato do modelo.",
        "Altere o valor."),
    // 132_012
    of("Um valor tem outro formato que o do modelo.",
        "Verifique os tipos, os nomes e a ordem dos valores."),
    // 132_015
    of("O modelo está pausado por baixa qualidade.",
        "Espere ou use outro modelo."),
    // 132_016
    of("O modelo foi desativado de vez.",
        "Use outro modelo."),
    // 132_018
    of("Um valor do modelo não é válido.",
        "Verifique os tipos, os nomes e a ordem dos valores."),
    // 132_068
    of("O WhatsApp Flow está bloqueado.",
        "Corrija o Flow na Meta."),
    // 132_069
    of("Por enquanto o WhatsApp Flow pode ser enviado dez vezes por hora.",
        "Corrija o Flow na Meta; ele está limitado porque tem erros."),
    // 133_000
    of("Uma remoção anterior do número não terminou.",
        "Remova o número de novo."),
    // 133_004
    of("Um servidor da Meta não está disponível.",
        "Nada a fazer: será tentado de novo."),
    // 133_005
    of("O PIN do número está errado.",
        "Defina o PIN de novo na Meta."),
    // 133_006
    of("O número não foi verificado.",
        "Verifique o número com um código."),
    // 133_008
    of("O PIN esteve errado vezes demais.",
        "Espere o tempo que os detalhes indicam."),
    // 133_009
    of("O PIN foi digitado rápido demais.",
        "Espere um pouco."),
    // 133_010
    of("O número não está registrado.",
        "Registre o número na Meta."),
    // 133_015
    of("O número acabou de ser excluído.",
        "Espere cinco minutos."),
    // 133_016
    of("O número foi registrado ou removido mais de dez vezes em 72 horas.",
        "Espere 72 horas."),
    // 134_011
    of("Os termos dos pagamentos do WhatsApp não foram aceitos.",
        "Aceite-os na Meta."),
    // 134_100
    of("Assim só podem ser enviados modelos de marketing.",
        "Envie da forma habitual."),
    // 134_101
    of("O modelo ainda está sendo preparado para marketing.",
        "Nada a fazer: será tentado de novo depois de dez minutos."),
    // 134_102
    of("O modelo não pode ser preparado para marketing.",
        "Tente mais tarde ou use outro modelo."),
    // 134_103
    of("O modelo não pode ser usado para marketing agora.",
        "Tente mais tarde ou use outro modelo."),
    // 135_000
    of("Algo na solicitação não está certo; a Meta não diz o quê.",
        "Será tentado mais uma vez. Depois veja os detalhes."),
    // 136_024
    of("O número já está verificado.",
        "Continue com o registro dele."),
    // 137_000
    of("A identidade da pessoa mudou.",
        "Certifique-se de que é a mesma pessoa."),
    // 138_000
    of("As ligações não estão ativadas para este número.",
        "Ative-as na Meta."),
    // 138_001
    of("Não é possível ligar para esta pessoa.",
        "Escreva a ela."),
    // 138_002
    of("Há mil ligações em andamento ao mesmo tempo.",
        "Nada a fazer: será tentado de novo."),
    // 138_003
    of("Essa ligação já existe.",
        "Nada a fazer."),
    // 138_004
    of("A ligação não pôde ser completada.",
        "Nada a fazer: será tentado de novo."),
    // 138_005
    of("Ligações demais em pouco tempo.",
        "Nada a fazer: as chamadas continuam depois de uma pausa."),
    // 138_006
    of("A pessoa não permitiu ligações.",
        "Peça permissão a ela."),
    // 138_007
    of("A ligação demorou demais para ser completada.",
        "Nada a fazer: será tentado de novo."),
    // 138_008
    of("Uma ligação não pôde ser feita.",
        "Veja os detalhes."),
    // 138_009
    of("Perguntou-se vezes demais à pessoa se ela pode receber ligações.",
        "Não pergunte de novo por um tempo."),
    // 138_010
    of("Uma ligação não pôde ser feita.",
        "Veja os detalhes."),
    // 138_012
    of("Hoje já se ligou para a pessoa todas as vezes permitidas.",
        "Ligue de novo amanhã."),
    // 138_013
    of("Ligações não são permitidas neste país.",
        "Veja a lista de países da Meta."),
    // 138_014
    of("As ligações estão desativadas porque as pessoas não as queriam.",
        "Veja a página do número na Meta."),
    // 138_015
    of("O número ainda não pode ligar: seu limite de mensagens é menor que 2.000.",
        "Verifique a empresa na Meta; depois o limite cresce com boa qualidade."),
    // 138_016
    of("Uma ligação não pôde ser feita.",
        "Veja os detalhes."),
    // 138_017
    of("A pessoa já permitiu ligações para sempre.",
        "Nada a fazer."),
    // 138_018
    of("Ninguém atenderia as ligações: o app não está inscrito em ligações.",
        "Deixe as ligações desativadas, ou inscreva o app em ligações na Meta."),
    // 138_019
    of("Uma ligação não pôde ser feita, ou terminou por causa do som.",
        "Ligações não são aceitas aqui."),
    // 138_038
    of("Outro parceiro deste número atende as ligações.",
        "Altere isso na Meta."),
    // 139_000
    of("O WhatsApp Flow está bloqueado: a conta comercial viola uma política.",
        "Veja a página de qualidade da conta na Meta."),
    // 139_001
    of("O WhatsApp Flow não pôde ser alterado.",
        "Veja os detalhes."),
    // 139_002
    of("O WhatsApp Flow não pôde ser publicado.",
        "Veja os detalhes."),
    // 139_003
    of("O WhatsApp Flow não pôde ser aposentado.",
        "Veja os detalhes."),
    // 139_004
    of("O WhatsApp Flow não pôde ser excluído.",
        "Veja os detalhes."),
    // 139_100
    of("Algumas pessoas não puderam ser bloqueadas ou desbloqueadas.",
        "Veja os detalhes."),
    // 139_101
    of("A lista de pessoas bloqueadas está cheia.",
        "Tire pessoas dela."),
    // 139_102
    of("A lista de pessoas bloqueadas mudou nesse meio-tempo.",
        "Nada a fazer: será tentado de novo."),
    // 139_103
    of("A lista de pessoas bloqueadas não pôde ser alterada por uma falha da Meta.",
        "Nada a fazer: será tentado de novo."),
    // 147_001
    of("O nome de usuário da empresa já existe ou não é permitido.",
        "Escolha outro."),
    // 147_002
    of("O número ainda não pode ter nome de usuário: seu limite de mensagens é baixo demais.",
        "Verifique a empresa na Meta; depois o limite cresce com boa qualidade."),
    // 147_003
    of("O nome de usuário pertence a uma página do Facebook ou a uma conta do Instagram que não está vinculada.",
        "Vincule-a na Meta ou escolha outro nome."),
    // 147_005
    of("Outro número da empresa tem este nome de usuário.",
        "Mova-o para cá na Meta."),
    // 200_005
    of("Os números sobre modelos não estão disponíveis para esta conta.",
        "Nada a fazer."),
    // 200_006
    of("Os números sobre modelos não podem ser desativados de novo.",
        "Nada a fazer."),
    // 200_007
    of("Os números sobre modelos não estão ativados.",
        "Ative-as na Meta."),
    // 1_752_041
    of("A empresa já foi convidada para as mensagens de marketing.",
        "Nada a fazer."),
    // 2_388_001
    of("O número não pôde ser movido para outra conta comercial.",
        "Veja os detalhes."),
    // 2_388_012
    of("O número não pôde ser movido: já está nesta conta comercial, ou em um estado que não permite isso.",
        "Veja os detalhes."),
    // 2_388_019
    of("A conta comercial já tem todos os modelos que pode ter.",
        "Exclua os modelos de que ninguém precisa."),
    // 2_388_039
    of("Um campo do modelo não está certo.",
        "Veja os detalhes e altere-o."),
    // 2_388_040
    of("Uma parte do modelo é longa demais.",
        "Encurte-a."),
    // 2_388_047
    of("O cabeçalho do modelo não está certo.",
        "Altere o cabeçalho."),
    // 2_388_072
    of("O corpo do modelo não está certo.",
        "Altere o corpo."),
    // 2_388_073
    of("O rodapé do modelo não está certo.",
        "Altere o rodapé."),
    // 2_388_077
    of("Estes tipos de números não podem ser pedidos juntos.",
        "Peça um por um."),
    // 2_388_091
    of("O número não pôde ser movido: seu código foi pedido vezes demais ou está errado.",
        "Espere e depois peça um novo código."),
    // 2_388_093
    of("O número não pôde ser movido: a verificação em duas etapas está ativada.",
        "Desative-a onde o número está agora."),
    // 2_388_103
    of("O número não pôde ser movido: uma das contas comerciais não está pronta para isso.",
        "Veja os detalhes."),
    // 2_388_293
    of("O modelo tem variáveis demais para o seu texto.",
        "Escreva mais texto ou use menos variáveis."),
    // 2_388_299
    of("O modelo começa ou termina com uma variável.",
        "Coloque texto antes ou depois dela."),
    // 2_494_055
    of("O número enviou mais mensagens por segundo do que pode.",
        "Nada a fazer: o número continua mais devagar."),
    // 2_494_100
    of("O número está em manutenção.",
        "Nada a fazer: será tentado de novo depois de alguns minutos."),
    // 2_494_164
    of("O cadastro dentro do app não está preparado para isso, ou um valor está errado.",
        "Veja os detalhes."),
    // 2_494_176
    of("O cadastro dentro do app não está preparado para isso, ou um valor está errado.",
        "Veja os detalhes."),
    // 2_494_179
    of("O cadastro dentro do app não está preparado para isso, ou um valor está errado.",
        "Veja os detalhes."),
    // 2_494_191
    of("Este app não pode assumir a conversa: só o parceiro de escalonamento pode.",
        "Indique o app como parceiro de escalonamento na Meta."),
    // 2_593_079
    of("A conta comercial não pode ser passada assim a outro proprietário.",
        "Veja os detalhes."),
    // 2_593_085
    of("O proprietário da conta comercial não concordou com a transferência.",
        "Peça que ele concorde na Meta."),
    // 2_593_107
    of("O histórico das conversas do telefone foi pedido vezes demais.",
        "Pode ser pedido uma vez. Vincule o número de novo para compartilhá-lo outra vez."),
    // 2_593_108
    of("O histórico das conversas do telefone só pode ser obtido em até 24 horas depois de vincular o número.",
        "Vincule o número de novo para compartilhá-lo outra vez."),
    // 2_593_109
    of("A empresa não compartilhou o histórico das conversas do telefone.",
        "Nada a fazer: compartilhe pelo telefone se quiser."),
];

#[rustfmt::skip]
pub(super) static OF_PAIRS: [Explanation; PAIRS.len()] = [
    // 190, 458
    of("O app não está mais instalado para o usuário do token.",
        "Adicione o app à empresa de novo; depois crie um novo token de acesso e informe-o na integração."),
    // 190, 459
    of("A Meta quer que o usuário do token entre e confirme algo primeiro.",
        "Entre em facebook.com como este usuário e siga os passos da Meta; depois crie um novo token de acesso."),
    // 190, 460
    of("A senha do usuário do token foi alterada.",
        "Crie um novo token de acesso e informe-o na integração; o de um usuário do sistema não depende de senha."),
    // 190, 463
    of("O token de acesso terminou: seu tempo acabou.",
        "Crie um novo token de acesso e informe-o na integração; o de um usuário do sistema nunca termina."),
    // 190, 464
    of("O usuário do token não confirmou sua conta na Meta.",
        "Confirme a conta e depois crie um novo token de acesso."),
    // 190, 467
    of("O token de acesso foi revogado, ou não é da Meta.",
        "Crie um novo token de acesso e informe-o na integração; verifique se foi copiado inteiro."),
    // 190, 492
    of("A sessão do token não é válida: seu usuário perdeu a função na empresa ou no app.",
        "Devolva a função ao usuário, ou use o token de um usuário do sistema."),
    // 200, 1_349_174
    of("O usuário do token não tem acesso a esta conta do WhatsApp Business.",
        "Atribua a conta comercial ao usuário do sistema e depois crie um novo token."),
];
