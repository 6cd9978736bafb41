//! What Meta's codes mean, in Spanish: what happened, and what to do about it. In the order of [`super::CODES`] and
//! [`super::PAIRS`].

use super::{CODES, Explanation, PAIRS, of};

#[rustfmt::skip]
pub(super) static WORDS: [Explanation; CODES.len()] = [
    // 0
    of("Meta no puede iniciar la sesión de la app: el token caducó o fue revocado.",
        "Crea un token de acceso nuevo e introdúcelo en la integración."),
    // 1
    of("Meta no pudo procesar la llamada, o no pudo leerla.",
        "Se intenta una vez más. Si se repite, repórtalo con el ID de seguimiento."),
    // 2
    of("Un servicio de Meta no funciona.",
        "No hay que hacer nada: se intenta de nuevo."),
    // 3
    of("A la app o al token le falta una capacidad que esta llamada necesita.",
        "Da a la app los permisos whatsapp_business_messaging y whatsapp_business_management y crea después un token nuevo."),
    // 4
    of("La app llamó a Meta con demasiada frecuencia.",
        "No hay que hacer nada: las llamadas siguen después de una pausa."),
    // 10
    of("Un permiso nunca se concedió o se retiró.",
        "Concede whatsapp_business_messaging y whatsapp_business_management y crea después un token nuevo."),
    // 17
    of("Demasiadas llamadas de este usuario.",
        "No hay que hacer nada: las llamadas siguen después de una pausa."),
    // 32
    of("Demasiadas llamadas de esta página.",
        "No hay que hacer nada: las llamadas siguen después de una pausa."),
    // 33
    of("El ID del número de teléfono no existe, se eliminó o el token no puede verlo.",
        "Comprueba el ID del número de teléfono y a qué cuenta de empresa pertenece el token."),
    // 100
    of("Meta no acepta una parte de la solicitud, o la prueba hecha con el secreto de la app es incorrecta.",
        "Comprueba el secreto de la app. Si es correcto, mira los detalles."),
    // 101
    of("Meta no conoce la app a la que pertenece el token.",
        "Comprueba el ID de la app; después crea un token de acceso nuevo e introdúcelo en la integración."),
    // 102
    of("La sesión del token terminó.",
        "Crea un token de acceso nuevo e introdúcelo en la integración."),
    // 104
    of("Este tipo de token no se puede usar aquí.",
        "Usa el token de un usuario del sistema."),
    // 190
    of("El token de acceso caducó o no es válido.",
        "Crea un token de acceso nuevo e introdúcelo en la integración."),
    // 200
    of("El token no puede usar esta cuenta de empresa.",
        "Asigna la cuenta de empresa y la app al usuario del sistema y crea después un token nuevo."),
    // 341
    of("La app alcanzó un límite de llamadas.",
        "No hay que hacer nada: las llamadas siguen después de una pausa."),
    // 368
    of("La cuenta está bloqueada por un tiempo por infringir una política.",
        "Mira la página de calidad de la cuenta en Meta."),
    // 613
    of("Demasiadas llamadas de este tipo.",
        "No hay que hacer nada: las llamadas siguen después de una pausa."),
    // 803
    of("Un ID no existe.",
        "Comprueba los ID de la integración."),
    // 2200
    of("Meta no pudo verificar la URL de callback.",
        "Comprueba que la URL sea accesible desde internet y que el token de verificación sea el mismo en ambos lados."),
    // 2500
    of("Meta no conoce la dirección de esta llamada.",
        "Comprueba la versión de la Graph API y los ID de la integración."),
    // 80_007
    of("La cuota de llamadas de la cuenta de empresa se agotó.",
        "No hay que hacer nada: las llamadas siguen después de una pausa."),
    // 80_008
    of("La cuota de llamadas de la cuenta de empresa se agotó.",
        "No hay que hacer nada: las llamadas siguen después de una pausa."),
    // 130_403
    of("La empresa bloqueó a esta persona: el mensaje no se envió.",
        "Quita a la persona de la lista de bloqueados para escribirle."),
    // 130_429
    of("El número envió más mensajes por segundo de los permitidos.",
        "No hay que hacer nada: el número sigue más despacio."),
    // 130_472
    of("La persona participa en un experimento de Meta y por ahora no recibe marketing.",
        "Escríbele cuando haya escrito primero."),
    // 130_497
    of("La empresa no puede escribir a personas de este país.",
        "Mira la lista de países de Meta."),
    // 130_501
    of("Alguien escribió en un grupo algo que WhatsApp no transmite.",
        "No hay que hacer nada."),
    // 131_000
    of("Algo falló en Meta.",
        "No hay que hacer nada: se intenta de nuevo."),
    // 131_005
    of("Acceso denegado: un permiso nunca se concedió o se retiró.",
        "Comprueba en Meta qué permisos tiene el token, concede el que falta y crea un token nuevo."),
    // 131_008
    of("Falta una parte del mensaje.",
        "Mira los detalles y completa el mensaje."),
    // 131_009
    of("Una parte del mensaje tiene un valor que Meta no acepta.",
        "Mira los detalles y cambia el mensaje."),
    // 131_014
    of("El enlace a un archivo no funciona.",
        "Comprueba el enlace en un navegador sin iniciar sesión."),
    // 131_016
    of("Un servicio de Meta no funciona.",
        "No hay que hacer nada: se intenta de nuevo."),
    // 131_020
    of("El grupo no tiene más miembros.",
        "No hay que hacer nada."),
    // 131_021
    of("El mensaje va al mismo número que lo envía.",
        "Prueba desde otro teléfono."),
    // 131_026
    of("El mensaje no se puede entregar: no está en WhatsApp, tiene una app antigua o bloqueó el número. Meta no dice cuál.",
        "Pregunta a la persona por otra vía."),
    // 131_030
    of("Un número de prueba solo puede escribir a las personas de su lista.",
        "Añade a la persona en Meta o usa un número real."),
    // 131_031
    of("La cuenta está bloqueada o restringida, o un valor como el PIN no coincide.",
        "Mira la página de calidad de la cuenta en Meta: dice qué falla y hasta cuándo."),
    // 131_037
    of("El nombre visible del número todavía no está aprobado.",
        "Haz aprobar el nombre en Meta."),
    // 131_041
    of("Ese grupo no existe.",
        "No hay que hacer nada."),
    // 131_042
    of("La cuenta de empresa tiene un problema de pago.",
        "Comprueba en Meta el método de pago, la zona horaria y la moneda."),
    // 131_044
    of("La cuenta de empresa no tiene método de pago, o tiene un problema.",
        "Comprueba el método de pago en Meta."),
    // 131_045
    of("El número no está bien registrado.",
        "Registra el número de nuevo."),
    // 131_047
    of("La persona escribió por última vez hace más de 24 horas.",
        "Solo se puede enviar una plantilla. Elige una en los ajustes de la integración."),
    // 131_048
    of("Demasiadas personas bloquearon o denunciaron mensajes anteriores.",
        "Deja de enviar en masa y mira la calidad del número en Meta."),
    // 131_049
    of("Meta retuvo el mensaje de marketing para proteger a la persona.",
        "No lo envíes de nuevo en 24 horas."),
    // 131_050
    of("La persona no quiere marketing de esta empresa.",
        "No hay que hacer nada: respétalo."),
    // 131_051
    of("WhatsApp no conoce este tipo de mensaje.",
        "Usa otro tipo."),
    // 131_052
    of("Meta no pudo obtener el archivo que envió la persona.",
        "Pídele que lo envíe otra vez."),
    // 131_053
    of("Meta no pudo aceptar el archivo enviado.",
        "Se le da a Meta una vez más, salvo que su tipo sea incorrecto. Comprueba su tipo, su tamaño y, si es un enlace, que sea accesible."),
    // 131_055
    of("Esta forma de envío solo acepta mensajes de marketing.",
        "Envíalo de la forma habitual."),
    // 131_056
    of("Demasiados mensajes a esta persona en poco tiempo.",
        "No hay que hacer nada: la conversación sigue más despacio. Si un bot da vueltas, cámbialo."),
    // 131_057
    of("El número está en mantenimiento, casi siempre mientras se amplía su capacidad.",
        "No hay que hacer nada: se intenta de nuevo después de un minuto."),
    // 131_059
    of("Una página de una lista ya no está disponible.",
        "No hay que hacer nada: la lista se obtiene de nuevo desde el principio."),
    // 131_060
    of("El mensaje no está disponible para la empresa.",
        "Pide a la persona que lo envíe otra vez."),
    // 131_061
    of("Una plantilla con precio máximo no se puede enviar así.",
        "Envíala con la Marketing Messages API de Meta, o usa otra plantilla."),
    // 131_062
    of("Esta plantilla necesita un número de teléfono y solo se conoce un ID de usuario.",
        "Pide a la persona su número de teléfono."),
    // 131_063
    of("Las plantillas de marketing están desactivadas para esta cuenta por la vía habitual.",
        "Actívalas en Meta, o envíalas con la Marketing Messages API de Meta."),
    // 131_064
    of("El envío está limitado porque demasiadas plantillas tenían una categoría incorrecta.",
        "Corrige las categorías de las plantillas en Meta."),
    // 131_201
    of("Solo se hizo una parte del cambio en un grupo.",
        "Mira los detalles."),
    // 131_202
    of("El mismo cambio en un grupo se pidió dos veces.",
        "No hay que hacer nada."),
    // 131_203
    of("Las condiciones para grupos no están aceptadas.",
        "Acéptalas en Meta."),
    // 131_204
    of("El grupo tiene demasiadas personas.",
        "Saca primero a alguien."),
    // 131_205
    of("Un grupo no se pudo usar como se pidió.",
        "Mira los detalles."),
    // 131_207
    of("El grupo está suspendido.",
        "No hay que hacer nada."),
    // 131_208
    of("Demasiadas llamadas sobre grupos.",
        "No hay que hacer nada: las llamadas siguen después de una pausa."),
    // 131_209
    of("La foto del grupo no es cuadrada.",
        "Usa una foto cuadrada."),
    // 131_210
    of("La foto del grupo es demasiado pequeña.",
        "Usa una foto más grande."),
    // 131_211
    of("El número tiene todos los grupos que puede tener.",
        "Elimina los grupos que nadie necesita."),
    // 131_212
    of("Esta persona, o su solicitud de unirse, no está en el grupo.",
        "Mira los detalles."),
    // 131_214
    of("Por ahora no se pueden crear grupos: hubo demasiado marketing en grupos.",
        "Espera siete días y envía menos marketing a grupos."),
    // 131_215
    of("El número no puede usar grupos.",
        "Mira las condiciones de Meta para grupos."),
    // 132_000
    of("La plantilla necesita otra cantidad de valores.",
        "Rellena todas las variables de la plantilla."),
    // 132_001
    of("La plantilla no existe en este idioma o no está aprobada.",
        "Elige una plantilla aprobada y exactamente uno de sus idiomas."),
    // 132_005
    of("La plantilla es demasiado larga con estos valores.",
        "Usa valores más cortos."),
    // 132_007
    of("La plantilla infringe una política.",
        "Cambia la plantilla en Meta."),
    // 132_008
    of("Un valor rompe el formato de la plantilla.",
        "Cambia el valor."),
    // 132_012
    of("Un valor tiene otro formato que el de la plantilla.",
        "Comprueba los tipos, los nombres y el orden de los valores."),
    // 132_015
    of("La plantilla está en pausa por baja calidad.",
        "Espera o usa otra plantilla."),
    // 132_016
    of("La plantilla está desactivada para siempre.",
        "Usa otra plantilla."),
    // 132_018
    of("Un valor de la plantilla no es válido.",
        "Comprueba los tipos, los nombres y el orden de los valores."),
    // 132_068
    of("El WhatsApp Flow está bloqueado.",
        "Repara el Flow en Meta."),
    // 132_069
    of("Por ahora el WhatsApp Flow se puede enviar diez veces por hora.",
        "Repara el Flow en Meta; está limitado porque tiene errores."),
    // 133_000
    of("Una eliminación anterior del número no terminó.",
        "Elimina el número de nuevo."),
    // 133_004
    of("Un servidor de Meta no está disponible.",
        "No hay que hacer nada: se intenta de nuevo."),
    // 133_005
    of("El PIN del número es incorrecto.",
        "Define el PIN de nuevo en Meta."),
    // 133_006
    of("El número no está verificado.",
        "Verifica el número con un código."),
    // 133_008
    of("El PIN fue incorrecto demasiadas veces.",
        "Espera el tiempo que indican los detalles."),
    // 133_009
    of("El PIN se introdujo demasiado rápido.",
        "Espera un poco."),
    // 133_010
    of("El número no está registrado.",
        "Registra el número en Meta."),
    // 133_015
    of("El número se acaba de eliminar.",
        "Espera cinco minutos."),
    // 133_016
    of("El número se registró o se eliminó más de diez veces en 72 horas.",
        "Espera 72 horas."),
    // 134_011
    of("Las condiciones de los pagos de WhatsApp no están aceptadas.",
        "Acéptalas en Meta."),
    // 134_100
    of("Así solo se pueden enviar plantillas de marketing.",
        "Envíalo de la forma habitual."),
    // 134_101
    of("La plantilla todavía se está preparando para marketing.",
        "No hay que hacer nada: se intenta de nuevo después de diez minutos."),
    // 134_102
    of("La plantilla no se puede preparar para marketing.",
        "Inténtalo más tarde o usa otra plantilla."),
    // 134_103
    of("La plantilla no se puede usar ahora para marketing.",
        "Inténtalo más tarde o usa otra plantilla."),
    // 135_000
    of("Algo en la solicitud no está bien; Meta no dice qué.",
        "Se intenta una vez más. Después mira los detalles."),
    // 136_024
    of("El número ya está verificado.",
        "Sigue con su registro."),
    // 137_000
    of("La identidad de la persona cambió.",
        "Asegúrate de que sea la misma persona."),
    // 138_000
    of("Las llamadas no están activadas para este número.",
        "Actívalas en Meta."),
    // 138_001
    of("No se puede llamar a esta persona.",
        "Escríbele."),
    // 138_002
    of("Hay mil llamadas en curso a la vez.",
        "No hay que hacer nada: se intenta de nuevo."),
    // 138_003
    of("Esa llamada ya existe.",
        "No hay que hacer nada."),
    // 138_004
    of("No se pudo establecer la llamada.",
        "No hay que hacer nada: se intenta de nuevo."),
    // 138_005
    of("Demasiadas llamadas en poco tiempo.",
        "No hay que hacer nada: las llamadas siguen después de una pausa."),
    // 138_006
    of("La persona no ha permitido llamadas.",
        "Pídele permiso."),
    // 138_007
    of("La llamada tardó demasiado en establecerse.",
        "No hay que hacer nada: se intenta de nuevo."),
    // 138_008
    of("No se pudo hacer una llamada.",
        "Mira los detalles."),
    // 138_009
    of("Se le preguntó demasiadas veces a la persona si se le puede llamar.",
        "No preguntes de nuevo por un tiempo."),
    // 138_010
    of("No se pudo hacer una llamada.",
        "Mira los detalles."),
    // 138_012
    of("Hoy ya se llamó a la persona todas las veces permitidas.",
        "Llama de nuevo mañana."),
    // 138_013
    of("Las llamadas no están permitidas en este país.",
        "Mira la lista de países de Meta."),
    // 138_014
    of("Las llamadas están desactivadas porque las personas no las querían.",
        "Mira la página del número en Meta."),
    // 138_015
    of("El número todavía no puede llamar: su límite de mensajes es inferior a 2.000.",
        "Verifica la empresa en Meta; el límite crece después con buena calidad."),
    // 138_016
    of("No se pudo hacer una llamada.",
        "Mira los detalles."),
    // 138_017
    of("La persona ya permitió las llamadas para siempre.",
        "No hay que hacer nada."),
    // 138_018
    of("Nadie atendería las llamadas: la app no está suscrita a llamadas.",
        "Deja las llamadas desactivadas, o suscribe la app a llamadas en Meta."),
    // 138_019
    of("No se pudo hacer una llamada, o terminó por su sonido.",
        "Aquí no se admiten llamadas."),
    // 138_038
    of("Otro socio de este número atiende sus llamadas.",
        "Cámbialo en Meta."),
    // 139_000
    of("El WhatsApp Flow está bloqueado: la cuenta de empresa infringe una política.",
        "Mira la página de calidad de la cuenta en Meta."),
    // 139_001
    of("El WhatsApp Flow no se pudo cambiar.",
        "Mira los detalles."),
    // 139_002
    of("El WhatsApp Flow no se pudo publicar.",
        "Mira los detalles."),
    // 139_003
    of("El WhatsApp Flow no se pudo retirar.",
        "Mira los detalles."),
    // 139_004
    of("El WhatsApp Flow no se pudo eliminar.",
        "Mira los detalles."),
    // 139_100
    of("Algunas personas no se pudieron bloquear o desbloquear.",
        "Mira los detalles."),
    // 139_101
    of("La lista de personas bloqueadas está llena.",
        "Quita personas de ella."),
    // 139_102
    of("La lista de personas bloqueadas cambió entretanto.",
        "No hay que hacer nada: se intenta de nuevo."),
    // 139_103
    of("La lista de personas bloqueadas no se pudo cambiar por un fallo de Meta.",
        "No hay que hacer nada: se intenta de nuevo."),
    // 147_001
    of("El nombre de usuario de la empresa está ocupado o no está permitido.",
        "Elige otro."),
    // 147_002
    of("El número todavía no puede tener nombre de usuario: su límite de mensajes es demasiado bajo.",
        "Verifica la empresa en Meta; el límite crece después con buena calidad."),
    // 147_003
    of("El nombre de usuario pertenece a una página de Facebook o a una cuenta de Instagram que no está vinculada.",
        "Vincúlala en Meta o elige otro nombre."),
    // 147_005
    of("Otro número de la empresa tiene este nombre de usuario.",
        "Muévelo aquí en Meta."),
    // 200_005
    of("Las cifras sobre plantillas no están disponibles para esta cuenta.",
        "No hay que hacer nada."),
    // 200_006
    of("Las cifras sobre plantillas no se pueden desactivar de nuevo.",
        "No hay que hacer nada."),
    // 200_007
    of("Las cifras sobre plantillas no están activadas.",
        "Actívalas en Meta."),
    // 1_752_041
    of("La empresa ya fue invitada a los mensajes de marketing.",
        "No hay que hacer nada."),
    // 2_388_001
    of("El número no se pudo mover a otra cuenta de empresa.",
        "Mira los detalles."),
    // 2_388_012
    of("El número no se pudo mover: ya está en esta cuenta de empresa, o en un estado que no lo permite.",
        "Mira los detalles."),
    // 2_388_019
    of("La cuenta de empresa tiene todas las plantillas que puede tener.",
        "Elimina las plantillas que nadie necesita."),
    // 2_388_039
    of("Un campo de la plantilla no es correcto.",
        "Mira los detalles y cámbialo."),
    // 2_388_040
    of("Una parte de la plantilla es demasiado larga.",
        "Acórtala."),
    // 2_388_047
    of("El encabezado de la plantilla no es correcto.",
        "Cambia el encabezado."),
    // 2_388_072
    of("El cuerpo de la plantilla no es correcto.",
        "Cambia el cuerpo."),
    // 2_388_073
    of("El pie de la plantilla no es correcto.",
        "Cambia el pie."),
    // 2_388_077
    of("Estos tipos de cifras no se pueden pedir juntos.",
        "Pídelos uno por uno."),
    // 2_388_091
    of("El número no se pudo mover: su código se pidió demasiadas veces o es incorrecto.",
        "Espera y pide después un código nuevo."),
    // 2_388_093
    of("El número no se pudo mover: la verificación en dos pasos está activada.",
        "Desactívala donde está ahora el número."),
    // 2_388_103
    of("El número no se pudo mover: una de las cuentas de empresa no está preparada.",
        "Mira los detalles."),
    // 2_388_293
    of("La plantilla tiene demasiadas variables para su texto.",
        "Escribe más texto o usa menos variables."),
    // 2_388_299
    of("La plantilla empieza o termina con una variable.",
        "Pon texto antes o después de ella."),
    // 2_494_055
    of("El número envió más mensajes por segundo de los permitidos.",
        "No hay que hacer nada: el número sigue más despacio."),
    // 2_494_100
    of("El número está en mantenimiento.",
        "No hay que hacer nada: se intenta de nuevo después de unos minutos."),
    // 2_494_164
    of("El registro dentro de la app no está preparado para esto, o un valor es incorrecto.",
        "Mira los detalles."),
    // 2_494_176
    of("El registro dentro de la app no está preparado para esto, o un valor es incorrecto.",
        "Mira los detalles."),
    // 2_494_179
    of("El registro dentro de la app no está preparado para esto, o un valor es incorrecto.",
        "Mira los detalles."),
    // 2_494_191
    of("Esta app no puede tomar la conversación: solo puede el socio de escalamiento.",
        "Nombra la app como socio de escalamiento en Meta."),
    // 2_593_079
    of("La cuenta de empresa no se puede pasar así a otro propietario.",
        "Mira los detalles."),
    // 2_593_085
    of("El propietario de la cuenta de empresa no ha aceptado el traspaso.",
        "Pídele que lo acepte en Meta."),
    // 2_593_107
    of("El historial de los chats del teléfono se pidió demasiadas veces.",
        "Se puede pedir una vez. Vincula el número de nuevo para compartirlo otra vez."),
    // 2_593_108
    of("El historial de los chats del teléfono solo se puede obtener en las 24 horas siguientes a vincular el número.",
        "Vincula el número de nuevo para compartirlo otra vez."),
    // 2_593_109
    of("La empresa no ha compartido el historial de los chats del teléfono.",
        "No hay que hacer nada: compártelo desde el teléfono si se quiere."),
];

#[rustfmt::skip]
pub(super) static OF_PAIRS: [Explanation; PAIRS.len()] = [
    // 190, 458
    of("La app ya no está instalada para el usuario del token.",
        "Añade la app a la empresa de nuevo; después crea un token de acceso nuevo e introdúcelo en la integración."),
    // 190, 459
    of("Meta quiere que el usuario del token inicie sesión y confirme algo primero.",
        "Inicia sesión en facebook.com como este usuario y sigue los pasos de Meta; después crea un token de acceso nuevo."),
    // 190, 460
    of("La contraseña del usuario del token cambió.",
        "Crea un token de acceso nuevo e introdúcelo en la integración; el de un usuario del sistema no depende de una contraseña."),
    // 190, 463
    of("El token de acceso terminó: su tiempo se acabó.",
        "Crea un token de acceso nuevo e introdúcelo en la integración; el de un usuario del sistema nunca termina."),
    // 190, 464
    of("El usuario del token no ha confirmado su cuenta en Meta.",
        "Confirma la cuenta y crea después un token de acceso nuevo."),
    // 190, 467
    of("El token de acceso fue revocado, o no es de Meta.",
        "Crea un token de acceso nuevo e introdúcelo en la integración; comprueba que se haya copiado entero."),
    // 190, 492
    of("La sesión del token no es válida: su usuario perdió su rol en la empresa o en la app.",
        "Devuelve el rol al usuario, o usa el token de un usuario del sistema."),
    // 200, 1_349_174
    of("El usuario del token no tiene acceso a esta cuenta de WhatsApp Business.",
        "Asigna la cuenta de empresa al usuario del sistema y crea después un token nuevo."),
];
