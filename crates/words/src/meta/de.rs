//! What Meta's codes mean, in German: what happened, and what to do about it. In the order of [`super::CODES`] and
//! [`super::PAIRS`].

use super::{CODES, Explanation, PAIRS, of};

#[rustfmt::skip]
pub(super) static WORDS: [Explanation; CODES.len()] = [
    // 0
    of("Meta kann die App nicht anmelden: Das Token ist abgelaufen oder wurde widerrufen.",
        "Erzeugen Sie ein neues Zugriffstoken und tragen Sie es in der Integration ein."),
    // 1
    of("Meta konnte den Aufruf nicht bearbeiten oder nicht lesen.",
        "Es wird noch einmal versucht. Bleibt es dabei, melden Sie es mit der Trace-ID."),
    // 2
    of("Ein Dienst bei Meta ist gestört.",
        "Nichts zu tun: Es wird wieder versucht."),
    // 3
    of("Der App oder dem Token fehlt eine Fähigkeit, die dieser Aufruf braucht.",
        "Geben Sie der App die Berechtigungen whatsapp_business_messaging und whatsapp_business_management, und erzeugen Sie ein neues Token."),
    // 4
    of("Die App hat Meta zu oft aufgerufen.",
        "Nichts zu tun: Nach einer Pause geht es weiter."),
    // 10
    of("Eine Berechtigung wurde nie erteilt oder wieder entzogen.",
        "Erteilen Sie whatsapp_business_messaging und whatsapp_business_management, und erzeugen Sie ein neues Token."),
    // 17
    of("Zu viele Aufrufe für diesen Nutzer.",
        "Nichts zu tun: Nach einer Pause geht es weiter."),
    // 32
    of("Zu viele Aufrufe für diese Seite.",
        "Nichts zu tun: Nach einer Pause geht es weiter."),
    // 33
    of("Die Telefonnummern-ID gibt es nicht, sie wurde gelöscht, oder das Token darf sie nicht sehen.",
        "Prüfen Sie die Telefonnummern-ID und zu welchem Geschäftskonto das Token gehört."),
    // 100
    of("Meta nimmt einen Teil der Anfrage nicht an, oder der Nachweis mit dem App-Geheimnis ist falsch.",
        "Prüfen Sie das App-Geheimnis. Stimmt es, sehen Sie die Einzelheiten an."),
    // 101
    of("Meta kennt die App nicht, zu der das Token gehört.",
        "Prüfen Sie die App-ID, erzeugen Sie dann ein neues Zugriffstoken und tragen Sie es in der Integration ein."),
    // 102
    of("Die Sitzung hinter dem Token ist vorbei.",
        "Erzeugen Sie ein neues Zugriffstoken und tragen Sie es in der Integration ein."),
    // 104
    of("Diese Art von Token geht hier nicht.",
        "Verwenden Sie das Token eines Systemnutzers."),
    // 190
    of("Das Zugriffstoken ist abgelaufen oder ungültig.",
        "Erzeugen Sie ein neues Zugriffstoken und tragen Sie es in der Integration ein."),
    // 200
    of("Das Token darf dieses Geschäftskonto nicht verwenden.",
        "Weisen Sie dem Systemnutzer Geschäftskonto und App zu, und erzeugen Sie ein neues Token."),
    // 341
    of("Die App hat eine Grenze für Aufrufe erreicht.",
        "Nichts zu tun: Nach einer Pause geht es weiter."),
    // 368
    of("Das Konto ist wegen eines Regelverstoßes eine Zeit lang gesperrt.",
        "Sehen Sie auf der Qualitätsseite des Kontos bei Meta nach."),
    // 613
    of("Zu viele Aufrufe dieser Art.",
        "Nichts zu tun: Nach einer Pause geht es weiter."),
    // 803
    of("Eine ID gibt es nicht.",
        "Prüfen Sie die IDs der Integration."),
    // 2200
    of("Meta konnte die Callback-URL nicht prüfen.",
        "Prüfen Sie, ob die URL aus dem Internet erreichbar und das Prüftoken auf beiden Seiten gleich ist."),
    // 2500
    of("Meta kennt die Adresse dieses Aufrufs nicht.",
        "Prüfen Sie die Version der Graph API und die IDs der Integration."),
    // 80_007
    of("Das Aufrufkontingent des Geschäftskontos ist verbraucht.",
        "Nichts zu tun: Nach einer Pause geht es weiter."),
    // 80_008
    of("Das Aufrufkontingent des Geschäftskontos ist verbraucht.",
        "Nichts zu tun: Nach einer Pause geht es weiter."),
    // 130_403
    of("Das Unternehmen hat diese Person gesperrt: Die Nachricht wurde nicht gesendet.",
        "Nehmen Sie die Person von der Liste der gesperrten, um ihr zu schreiben."),
    // 130_429
    of("Die Nummer hat mehr Nachrichten pro Sekunde gesendet, als sie darf.",
        "Nichts zu tun: Die Nummer sendet langsamer weiter."),
    // 130_472
    of("Die Person nimmt an einem Versuch von Meta teil und bekommt vorerst keine Werbung.",
        "Schreiben Sie ihr, wenn sie zuerst geschrieben hat."),
    // 130_497
    of("Das Unternehmen darf Menschen in diesem Land nicht schreiben.",
        "Sehen Sie in Metas Länderliste nach."),
    // 130_501
    of("Jemand hat in eine Gruppe etwas geschrieben, das WhatsApp nicht weitergibt.",
        "Nichts zu tun."),
    // 131_000
    of("Bei Meta ist etwas schiefgegangen.",
        "Nichts zu tun: Es wird wieder versucht."),
    // 131_005
    of("Der Zugriff wurde verweigert: Eine Berechtigung wurde nie erteilt oder wieder entzogen.",
        "Prüfen Sie bei Meta, welche Berechtigungen das Token hat, erteilen Sie die fehlende, und erzeugen Sie ein neues Token."),
    // 131_008
    of("Ein Teil der Nachricht fehlt.",
        "Sehen Sie die Einzelheiten an und ergänzen Sie die Nachricht."),
    // 131_009
    of("Ein Teil der Nachricht hat einen Wert, den Meta nicht annimmt.",
        "Sehen Sie die Einzelheiten an und ändern Sie die Nachricht."),
    // 131_014
    of("Der Link zu einer Datei funktioniert nicht.",
        "Öffnen Sie den Link in einem Browser, ohne angemeldet zu sein."),
    // 131_016
    of("Ein Dienst bei Meta ist gestört.",
        "Nichts zu tun: Es wird wieder versucht."),
    // 131_020
    of("Die Gruppe hat kein anderes Mitglied.",
        "Nichts zu tun."),
    // 131_021
    of("Die Nachricht geht an die Nummer, von der sie kommt.",
        "Testen Sie von einem anderen Telefon."),
    // 131_026
    of("Die Nachricht kann nicht zugestellt werden: nicht bei WhatsApp, veraltete App oder gesperrt. Meta sagt nicht, was davon.",
        "Fragen Sie die Person auf anderem Weg."),
    // 131_030
    of("Eine Testnummer darf nur den Personen auf ihrer Liste schreiben.",
        "Fügen Sie die Person bei Meta hinzu, oder verwenden Sie eine echte Nummer."),
    // 131_031
    of("Das Konto ist gesperrt oder eingeschränkt, oder ein Wert wie die PIN stimmt nicht.",
        "Sehen Sie auf der Qualitätsseite des Kontos bei Meta nach: Dort steht, was nicht stimmt und bis wann."),
    // 131_037
    of("Der Anzeigename der Nummer ist noch nicht genehmigt.",
        "Lassen Sie den Namen bei Meta genehmigen."),
    // 131_041
    of("Diese Gruppe gibt es nicht.",
        "Nichts zu tun."),
    // 131_042
    of("Das Geschäftskonto hat ein Zahlungsproblem.",
        "Prüfen Sie Zahlungsart, Zeitzone und Währung bei Meta."),
    // 131_044
    of("Das Geschäftskonto hat keine Zahlungsart, oder mit ihr stimmt etwas nicht.",
        "Prüfen Sie die Zahlungsart bei Meta."),
    // 131_045
    of("Die Nummer ist nicht richtig registriert.",
        "Registrieren Sie die Nummer neu."),
    // 131_047
    of("Die Person hat zuletzt vor mehr als 24 Stunden geschrieben.",
        "Nur eine Vorlage kann gesendet werden. Wählen Sie eine in den Einstellungen der Integration."),
    // 131_048
    of("Zu viele Leute haben frühere Nachrichten gesperrt oder gemeldet.",
        "Senden Sie nichts mehr in Mengen, und sehen Sie die Qualität der Nummer bei Meta an."),
    // 131_049
    of("Meta hat die Werbung zurückgehalten, um die Person zu schützen.",
        "Senden Sie sie innerhalb von 24 Stunden nicht noch einmal."),
    // 131_050
    of("Die Person will keine Werbung von diesem Unternehmen.",
        "Nichts zu tun: Achten Sie das."),
    // 131_051
    of("WhatsApp kennt diese Art von Nachricht nicht.",
        "Verwenden Sie eine andere Art."),
    // 131_052
    of("Meta konnte die Datei nicht holen, die die Person gesendet hat.",
        "Bitten Sie sie, sie noch einmal zu senden."),
    // 131_053
    of("Meta konnte die gesendete Datei nicht annehmen.",
        "Sie wird Meta noch einmal gegeben, außer wenn ihre Art falsch ist. Prüfen Sie Art und Größe und, bei einem Link, ob er erreichbar ist."),
    // 131_055
    of("Auf diesem Weg geht nur Werbung.",
        "Senden Sie es auf dem üblichen Weg."),
    // 131_056
    of("Zu viele Nachrichten an diese Person in kurzer Zeit.",
        "Nichts zu tun: Das Gespräch geht langsamer weiter. Ein Bot, der im Kreis läuft, sollte geändert werden."),
    // 131_057
    of("Die Nummer ist in Wartung, meist weil ihr Durchsatz angehoben wird.",
        "Nichts zu tun: Nach einer Minute wird es wieder versucht."),
    // 131_059
    of("Eine Seite einer Liste gibt es nicht mehr.",
        "Nichts zu tun: Die Liste wird von vorn geholt."),
    // 131_060
    of("Die Nachricht ist für das Unternehmen nicht verfügbar.",
        "Bitten Sie die Person, sie noch einmal zu senden."),
    // 131_061
    of("Eine Vorlage mit Höchstpreis kann so nicht gesendet werden.",
        "Senden Sie sie über Metas Marketing Messages API, oder verwenden Sie eine andere Vorlage."),
    // 131_062
    of("Diese Vorlage braucht eine Telefonnummer, und nur eine Nutzer-ID ist bekannt.",
        "Fragen Sie nach der Telefonnummer der Person."),
    // 131_063
    of("Werbevorlagen sind für dieses Konto auf dem üblichen Weg abgeschaltet.",
        "Schalten Sie sie bei Meta ein, oder senden Sie sie über Metas Marketing Messages API."),
    // 131_064
    of("Das Senden ist begrenzt, weil Vorlagen zu oft eine falsche Kategorie hatten.",
        "Berichtigen Sie die Kategorien der Vorlagen bei Meta."),
    // 131_201
    of("Nur ein Teil der Änderung an einer Gruppe wurde gemacht.",
        "Sehen Sie die Einzelheiten an."),
    // 131_202
    of("Dieselbe Änderung an einer Gruppe wurde zweimal verlangt.",
        "Nichts zu tun."),
    // 131_203
    of("Die Bedingungen für Gruppen sind nicht angenommen.",
        "Nehmen Sie sie bei Meta an."),
    // 131_204
    of("Die Gruppe hat zu viele Personen.",
        "Nehmen Sie zuerst jemanden heraus."),
    // 131_205
    of("Eine Gruppe konnte nicht wie gewünscht verwendet werden.",
        "Sehen Sie die Einzelheiten an."),
    // 131_207
    of("Die Gruppe ist ausgesetzt.",
        "Nichts zu tun."),
    // 131_208
    of("Zu viele Aufrufe zu Gruppen.",
        "Nichts zu tun: Nach einer Pause geht es weiter."),
    // 131_209
    of("Das Bild der Gruppe ist nicht quadratisch.",
        "Verwenden Sie ein quadratisches Bild."),
    // 131_210
    of("Das Bild der Gruppe ist zu klein.",
        "Verwenden Sie ein größeres Bild."),
    // 131_211
    of("Die Nummer hat so viele Gruppen, wie sie haben darf.",
        "Löschen Sie Gruppen, die niemand braucht."),
    // 131_212
    of("Diese Person oder ihr Beitrittswunsch ist nicht in der Gruppe.",
        "Sehen Sie die Einzelheiten an."),
    // 131_214
    of("Vorerst keine neuen Gruppen: In Gruppen gab es zu viel Werbung.",
        "Warten Sie sieben Tage, und senden Sie weniger Werbung in Gruppen."),
    // 131_215
    of("Die Nummer darf keine Gruppen verwenden.",
        "Sehen Sie sich Metas Bedingungen für Gruppen an."),
    // 132_000
    of("Die Vorlage will eine andere Zahl von Werten.",
        "Füllen Sie alle Variablen der Vorlage."),
    // 132_001
    of("Die Vorlage gibt es in dieser Sprache nicht, oder sie ist nicht genehmigt.",
        "Wählen Sie eine genehmigte Vorlage und genau eine ihrer Sprachen."),
    // 132_005
    of("Die Vorlage ist mit diesen Werten zu lang.",
        "Verwenden Sie kürzere Werte."),
    // 132_007
    of("Die Vorlage verstößt gegen eine Regel.",
        "Ändern Sie die Vorlage bei Meta."),
    // 132_008
    of("Ein Wert verletzt das Format der Vorlage.",
        "Ändern Sie den Wert."),
    // 132_012
    of("Ein Wert hat ein anderes Format, als die Vorlage will.",
        "Prüfen Sie Art, Namen und Reihenfolge der Werte."),
    // 132_015
    of("Die Vorlage pausiert wegen niedriger Qualität.",
        "Warten Sie, oder verwenden Sie eine andere Vorlage."),
    // 132_016
    of("Die Vorlage ist endgültig abgeschaltet.",
        "Verwenden Sie eine andere Vorlage."),
    // 132_018
    of("Ein Wert der Vorlage ist ungültig.",
        "Prüfen Sie Art, Namen und Reihenfolge der Werte."),
    // 132_068
    of("Der WhatsApp Flow ist gesperrt.",
        "Reparieren Sie den Flow bei Meta."),
    // 132_069
    of("Der WhatsApp Flow darf vorerst zehnmal pro Stunde gesendet werden.",
        "Reparieren Sie den Flow bei Meta; er ist wegen Fehlern begrenzt."),
    // 133_000
    of("Eine frühere Abmeldung der Nummer ist nicht fertig geworden.",
        "Melden Sie die Nummer noch einmal ab."),
    // 133_004
    of("Ein Server bei Meta ist nicht erreichbar.",
        "Nichts zu tun: Es wird wieder versucht."),
    // 133_005
    of("Die PIN der Nummer ist falsch.",
        "Setzen Sie die PIN bei Meta neu."),
    // 133_006
    of("Die Nummer ist nicht verifiziert.",
        "Verifizieren Sie die Nummer mit einem Code."),
    // 133_008
    of("Die PIN war zu oft falsch.",
        "Warten Sie so lange, wie es die Einzelheiten sagen."),
    // 133_009
    of("Die PIN wurde zu schnell eingegeben.",
        "Warten Sie ein wenig."),
    // 133_010
    of("Die Nummer ist nicht registriert.",
        "Registrieren Sie die Nummer bei Meta."),
    // 133_015
    of("Die Nummer wurde gerade gelöscht.",
        "Warten Sie fünf Minuten."),
    // 133_016
    of("Die Nummer wurde in 72 Stunden mehr als zehnmal an- oder abgemeldet.",
        "Warten Sie 72 Stunden."),
    // 134_011
    of("Die Bedingungen für WhatsApp-Zahlungen sind nicht angenommen.",
        "Nehmen Sie sie bei Meta an."),
    // 134_100
    of("So können nur Werbevorlagen gesendet werden.",
        "Senden Sie es auf dem üblichen Weg."),
    // 134_101
    of("Die Vorlage wird noch für Werbung vorbereitet.",
        "Nichts zu tun: Nach zehn Minuten wird es wieder versucht."),
    // 134_102
    of("Die Vorlage kann nicht für Werbung vorbereitet werden.",
        "Versuchen Sie es später, oder verwenden Sie eine andere Vorlage."),
    // 134_103
    of("Die Vorlage kann jetzt nicht für Werbung verwendet werden.",
        "Versuchen Sie es später, oder verwenden Sie eine andere Vorlage."),
    // 135_000
    of("Etwas an der Anfrage stimmt nicht; Meta sagt nicht, was.",
        "Es wird noch einmal versucht. Sehen Sie dann die Einzelheiten an."),
    // 136_024
    of("Die Nummer ist schon verifiziert.",
        "Fahren Sie mit der Registrierung fort."),
    // 137_000
    of("Die Identität der Person hat sich geändert.",
        "Vergewissern Sie sich, dass es dieselbe Person ist."),
    // 138_000
    of("Anrufe sind für diese Nummer nicht eingeschaltet.",
        "Schalten Sie sie bei Meta ein."),
    // 138_001
    of("Diese Person kann nicht angerufen werden.",
        "Schreiben Sie ihr."),
    // 138_002
    of("Tausend Anrufe laufen gleichzeitig.",
        "Nichts zu tun: Es wird wieder versucht."),
    // 138_003
    of("Diesen Anruf gibt es schon.",
        "Nichts zu tun."),
    // 138_004
    of("Der Anruf kam nicht zustande.",
        "Nichts zu tun: Es wird wieder versucht."),
    // 138_005
    of("Zu viele Anrufe in kurzer Zeit.",
        "Nichts zu tun: Nach einer Pause geht es weiter."),
    // 138_006
    of("Die Person hat Anrufe nicht erlaubt.",
        "Bitten Sie sie darum."),
    // 138_007
    of("Der Anruf kam nicht rechtzeitig zustande.",
        "Nichts zu tun: Es wird wieder versucht."),
    // 138_008
    of("Ein Anruf war nicht möglich.",
        "Sehen Sie die Einzelheiten an."),
    // 138_009
    of("Die Person wurde zu oft gefragt, ob man sie anrufen darf.",
        "Fragen Sie eine Zeit lang nicht mehr."),
    // 138_010
    of("Ein Anruf war nicht möglich.",
        "Sehen Sie die Einzelheiten an."),
    // 138_012
    of("Die Person wurde heute so oft angerufen, wie es erlaubt ist.",
        "Rufen Sie morgen wieder an."),
    // 138_013
    of("In diesem Land sind Anrufe nicht erlaubt.",
        "Sehen Sie in Metas Länderliste nach."),
    // 138_014
    of("Anrufe sind abgeschaltet, weil Leute sie nicht wollten.",
        "Sehen Sie auf der Seite der Nummer bei Meta nach."),
    // 138_015
    of("Die Nummer darf noch nicht anrufen: Ihre Sendegrenze liegt unter 2.000.",
        "Verifizieren Sie das Unternehmen bei Meta; die Grenze wächst dann mit guter Qualität."),
    // 138_016
    of("Ein Anruf war nicht möglich.",
        "Sehen Sie die Einzelheiten an."),
    // 138_017
    of("Die Person hat Anrufe schon auf Dauer erlaubt.",
        "Nichts zu tun."),
    // 138_018
    of("Niemand nähme die Anrufe an: Die App hat calls nicht abonniert.",
        "Lassen Sie Anrufe ausgeschaltet, oder abonnieren Sie calls bei Meta."),
    // 138_019
    of("Ein Anruf war nicht möglich oder endete wegen seines Tons.",
        "Anrufe werden hier nicht unterstützt."),
    // 138_038
    of("Ein anderer Partner dieser Nummer nimmt ihre Anrufe an.",
        "Ändern Sie das bei Meta."),
    // 139_000
    of("Der WhatsApp Flow ist gesperrt: Das Geschäftskonto verstößt gegen eine Regel.",
        "Sehen Sie auf der Qualitätsseite des Kontos bei Meta nach."),
    // 139_001
    of("Der WhatsApp Flow konnte nicht geändert werden.",
        "Sehen Sie die Einzelheiten an."),
    // 139_002
    of("Der WhatsApp Flow konnte nicht veröffentlicht werden.",
        "Sehen Sie die Einzelheiten an."),
    // 139_003
    of("Der WhatsApp Flow konnte nicht stillgelegt werden.",
        "Sehen Sie die Einzelheiten an."),
    // 139_004
    of("Der WhatsApp Flow konnte nicht gelöscht werden.",
        "Sehen Sie die Einzelheiten an."),
    // 139_100
    of("Einige Personen konnten nicht gesperrt oder wieder zugelassen werden.",
        "Sehen Sie die Einzelheiten an."),
    // 139_101
    of("Die Liste gesperrter Personen ist voll.",
        "Nehmen Sie Personen herunter."),
    // 139_102
    of("Die Liste gesperrter Personen hat sich inzwischen geändert.",
        "Nichts zu tun: Es wird wieder versucht."),
    // 139_103
    of("Die Liste gesperrter Personen konnte wegen eines Fehlers bei Meta nicht geändert werden.",
        "Nichts zu tun: Es wird wieder versucht."),
    // 147_001
    of("Der Geschäftsname ist vergeben oder nicht erlaubt.",
        "Wählen Sie einen anderen."),
    // 147_002
    of("Die Nummer darf noch keinen Namen haben: Ihre Sendegrenze ist zu niedrig.",
        "Verifizieren Sie das Unternehmen bei Meta; die Grenze wächst dann mit guter Qualität."),
    // 147_003
    of("Der Name gehört einer Facebook-Seite oder einem Instagram-Konto, das nicht verknüpft ist.",
        "Verknüpfen Sie es bei Meta, oder wählen Sie einen anderen Namen."),
    // 147_005
    of("Eine andere Nummer des Unternehmens hat diesen Namen.",
        "Holen Sie ihn bei Meta hierher."),
    // 200_005
    of("Auswertungen zu Vorlagen gibt es für dieses Konto nicht.",
        "Nichts zu tun."),
    // 200_006
    of("Auswertungen zu Vorlagen lassen sich nicht wieder abschalten.",
        "Nichts zu tun."),
    // 200_007
    of("Auswertungen zu Vorlagen sind nicht eingeschaltet.",
        "Schalten Sie sie bei Meta ein."),
    // 1_752_041
    of("Das Unternehmen ist zu den Werbenachrichten schon eingeladen.",
        "Nichts zu tun."),
    // 2_388_001
    of("Die Nummer konnte nicht in ein anderes Geschäftskonto umziehen.",
        "Sehen Sie die Einzelheiten an."),
    // 2_388_012
    of("Die Nummer konnte nicht umziehen: Sie ist schon in diesem Geschäftskonto oder in einem Zustand, der es nicht erlaubt.",
        "Sehen Sie die Einzelheiten an."),
    // 2_388_019
    of("Das Geschäftskonto hat so viele Vorlagen, wie es haben darf.",
        "Löschen Sie Vorlagen, die niemand braucht."),
    // 2_388_039
    of("Ein Feld der Vorlage stimmt nicht.",
        "Sehen Sie die Einzelheiten an und ändern Sie es."),
    // 2_388_040
    of("Ein Teil der Vorlage ist zu lang.",
        "Kürzen Sie ihn."),
    // 2_388_047
    of("Die Kopfzeile der Vorlage stimmt nicht.",
        "Ändern Sie die Kopfzeile."),
    // 2_388_072
    of("Der Text der Vorlage stimmt nicht.",
        "Ändern Sie den Text."),
    // 2_388_073
    of("Die Fußzeile der Vorlage stimmt nicht.",
        "Ändern Sie die Fußzeile."),
    // 2_388_077
    of("Diese Auswertungen lassen sich nicht zusammen abfragen.",
        "Fragen Sie sie einzeln ab."),
    // 2_388_091
    of("Die Nummer konnte nicht umziehen: Ihr Code wurde zu oft verlangt oder ist falsch.",
        "Warten Sie, und fordern Sie dann einen neuen Code an."),
    // 2_388_093
    of("Die Nummer konnte nicht umziehen: Die Bestätigung in zwei Schritten ist eingeschaltet.",
        "Schalten Sie sie dort ab, wo die Nummer jetzt ist."),
    // 2_388_103
    of("Die Nummer konnte nicht umziehen: Eines der Geschäftskonten ist dafür nicht bereit.",
        "Sehen Sie die Einzelheiten an."),
    // 2_388_293
    of("Die Vorlage hat zu viele Variablen für ihren Text.",
        "Schreiben Sie mehr Text, oder verwenden Sie weniger Variablen."),
    // 2_388_299
    of("Die Vorlage beginnt oder endet mit einer Variablen.",
        "Setzen Sie Text davor oder dahinter."),
    // 2_494_055
    of("Die Nummer hat mehr Nachrichten pro Sekunde gesendet, als sie darf.",
        "Nichts zu tun: Die Nummer sendet langsamer weiter."),
    // 2_494_100
    of("Die Nummer ist in Wartung.",
        "Nichts zu tun: Nach einigen Minuten wird es wieder versucht."),
    // 2_494_164
    of("Die Anmeldung in der App ist dafür nicht eingerichtet, oder ein Wert ist falsch.",
        "Sehen Sie die Einzelheiten an."),
    // 2_494_176
    of("Die Anmeldung in der App ist dafür nicht eingerichtet, oder ein Wert ist falsch.",
        "Sehen Sie die Einzelheiten an."),
    // 2_494_179
    of("Die Anmeldung in der App ist dafür nicht eingerichtet, oder ein Wert ist falsch.",
        "Sehen Sie die Einzelheiten an."),
    // 2_494_191
    of("Diese App darf das Gespräch nicht übernehmen: Das darf nur der Eskalationspartner.",
        "Tragen Sie die App bei Meta als Eskalationspartner ein."),
    // 2_593_079
    of("Das Geschäftskonto kann so nicht zu einem anderen Besitzer umziehen.",
        "Sehen Sie die Einzelheiten an."),
    // 2_593_085
    of("Der Besitzer des Geschäftskontos hat dem Umzug nicht zugestimmt.",
        "Bitten Sie ihn, bei Meta zuzustimmen."),
    // 2_593_107
    of("Der Verlauf der Chats vom Telefon wurde zu oft verlangt.",
        "Das geht einmal. Verbinden Sie die Nummer neu, um ihn noch einmal zu teilen."),
    // 2_593_108
    of("Der Verlauf der Chats vom Telefon ist nur innerhalb von 24 Stunden nach dem Verbinden zu bekommen.",
        "Verbinden Sie die Nummer neu, um ihn noch einmal zu teilen."),
    // 2_593_109
    of("Das Unternehmen hat den Verlauf der Chats vom Telefon nicht geteilt.",
        "Nichts zu tun: Teilen Sie ihn vom Telefon, wenn er gewünscht ist."),
];

#[rustfmt::skip]
pub(super) static OF_PAIRS: [Explanation; PAIRS.len()] = [
    // 190, 458
    of("Die App ist für den Nutzer des Tokens nicht mehr installiert.",
        "Fügen Sie die App dem Unternehmen wieder hinzu, erzeugen Sie dann ein neues Zugriffstoken und tragen Sie es in der Integration ein."),
    // 190, 459
    of("Meta will, dass sich der Nutzer des Tokens zuerst anmeldet und etwas bestätigt.",
        "Melden Sie sich bei facebook.com als dieser Nutzer an und folgen Sie Metas Schritten; erzeugen Sie dann ein neues Zugriffstoken."),
    // 190, 460
    of("Das Passwort des Nutzers, dem das Token gehört, wurde geändert.",
        "Erzeugen Sie ein neues Zugriffstoken und tragen Sie es in der Integration ein; das eines Systemnutzers hängt an keinem Passwort."),
    // 190, 463
    of("Das Zugriffstoken ist abgelaufen: Seine Zeit ist um.",
        "Erzeugen Sie ein neues Zugriffstoken und tragen Sie es in der Integration ein; das eines Systemnutzers endet nie."),
    // 190, 464
    of("Der Nutzer des Tokens hat sein Konto bei Meta nicht bestätigt.",
        "Bestätigen Sie das Konto, und erzeugen Sie dann ein neues Zugriffstoken."),
    // 190, 467
    of("Das Zugriffstoken wurde widerrufen oder ist keines von Meta.",
        "Erzeugen Sie ein neues Zugriffstoken und tragen Sie es in der Integration ein; achten Sie darauf, dass es ganz kopiert ist."),
    // 190, 492
    of("Die Sitzung hinter dem Token ist ungültig: Sein Nutzer hat im Unternehmen oder in der App keine Rolle mehr.",
        "Geben Sie dem Nutzer seine Rolle zurück, oder verwenden Sie das Token eines Systemnutzers."),
    // 200, 1_349_174
    of("Der Nutzer des Tokens hat keinen Zugriff auf dieses WhatsApp-Geschäftskonto.",
        "Weisen Sie dem Systemnutzer das Geschäftskonto zu, und erzeugen Sie dann ein neues Token."),
];
