//! What Meta's codes mean, in English: what happened, and what to do about it. In the order of [`super::CODES`] and
//! [`super::PAIRS`].

use super::{CODES, Explanation, PAIRS, of};

#[rustfmt::skip]
pub(super) static WORDS: [Explanation; CODES.len()] = [
    // 0
    of("Meta cannot sign the app's user in: the token has expired or was revoked.",
        "Make a new access token and enter it in the integration."),
    // 1
    of("Meta could not handle the call, or could not read it.",
        "It is tried once more. If it keeps happening, report it with the trace id."),
    // 2
    of("A service at Meta is down.",
        "Nothing to do: it is tried again."),
    // 3
    of("The app or the token lacks a capability that this call needs.",
        "Give the app the permissions whatsapp_business_messaging and whatsapp_business_management, then make a new token."),
    // 4
    of("The app called Meta too often.",
        "Nothing to do: calls go on after a pause."),
    // 10
    of("A permission was never granted or was taken away.",
        "Grant whatsapp_business_messaging and whatsapp_business_management, then make a new token."),
    // 17
    of("Too many calls for this user.",
        "Nothing to do: calls go on after a pause."),
    // 32
    of("Too many calls for this page.",
        "Nothing to do: calls go on after a pause."),
    // 33
    of("The phone number id does not exist, was deleted, or the token may not see it.",
        "Check the phone number id and which business account the token belongs to."),
    // 100
    of("Meta does not accept a part of the request, or the proof made with the app secret is wrong.",
        "Check the app secret. If it is right, look at the details."),
    // 101
    of("Meta does not know the app that the token belongs to.",
        "Check the app id, then make a new access token and enter it in the integration."),
    // 102
    of("The session behind the token is over.",
        "Make a new access token and enter it in the integration."),
    // 104
    of("This kind of token cannot be used here.",
        "Use a system user's token."),
    // 190
    of("The access token has expired or is not valid.",
        "Make a new access token and enter it in the integration."),
    // 200
    of("The token may not use this business account.",
        "Assign the business account and the app to the system user, then make a new token."),
    // 341
    of("The app has reached a limit of calls.",
        "Nothing to do: calls go on after a pause."),
    // 368
    of("The account is blocked for a while for breaking a policy.",
        "See the account's quality page at Meta."),
    // 613
    of("Too many calls of this kind.",
        "Nothing to do: calls go on after a pause."),
    // 803
    of("An id does not exist.",
        "Check the ids of the integration."),
    // 2200
    of("Meta could not verify the callback URL.",
        "Check that the URL is reachable from the internet and the verify token is the same on both sides."),
    // 2500
    of("Meta does not know the address of this call.",
        "Check the version of the Graph API and the ids of the integration."),
    // 80_007
    of("The business account's quota of calls is used up.",
        "Nothing to do: calls go on after a pause."),
    // 80_008
    of("The business account's quota of calls is used up.",
        "Nothing to do: calls go on after a pause."),
    // 130_403
    of("The business has blocked this person: the message was not sent.",
        "Take the person off the list of blocked people to write to them."),
    // 130_429
    of("The number sent more messages a second than it may.",
        "Nothing to do: the number goes on more slowly."),
    // 130_472
    of("The person is part of an experiment of Meta's and gets no marketing for now.",
        "Write to them when they have written first."),
    // 130_497
    of("The business may not write to people in this country.",
        "See Meta's list of countries."),
    // 130_501
    of("Somebody wrote something to a group that WhatsApp does not pass on.",
        "Nothing to do."),
    // 131_000
    of("Something went wrong at Meta.",
        "Nothing to do: it is tried again."),
    // 131_005
    of("Access was denied: a permission was never granted or was taken away.",
        "Check at Meta which permissions the token has, grant the missing one and make a new token."),
    // 131_008
    of("A part of the message is missing.",
        "Look at the details and complete the message."),
    // 131_009
    of("A part of the message has a value that Meta does not accept.",
        "Look at the details and change the message."),
    // 131_014
    of("The link to a file does not work.",
        "Check the link in a browser without being signed in."),
    // 131_016
    of("A service at Meta is down.",
        "Nothing to do: it is tried again."),
    // 131_020
    of("The group has no other member.",
        "Nothing to do."),
    // 131_021
    of("The message goes to the number it comes from.",
        "Test from another phone."),
    // 131_026
    of("The message cannot be delivered: not on WhatsApp, an outdated app, or blocked. Meta does not say which.",
        "Ask the person on another way."),
    // 131_030
    of("A test number may only write to the people on its list.",
        "Add the person at Meta, or use a real number."),
    // 131_031
    of("The account is locked or restricted, or a value such as the PIN does not match.",
        "See the account's quality page at Meta: it says what is wrong and until when."),
    // 131_037
    of("The number's display name is not approved yet.",
        "Have the name approved at Meta."),
    // 131_041
    of("There is no such group.",
        "Nothing to do."),
    // 131_042
    of("The business account has a payment problem.",
        "Check the payment method, time zone and currency at Meta."),
    // 131_044
    of("The business account has no way to pay, or there is a problem with it.",
        "Check the payment method at Meta."),
    // 131_045
    of("The number is not registered properly.",
        "Register the number again."),
    // 131_047
    of("The person last wrote more than 24 hours ago.",
        "Only a template can be sent. Choose one in the integration's settings."),
    // 131_048
    of("Too many people blocked or reported earlier messages.",
        "Stop sending in bulk and see the number's quality at Meta."),
    // 131_049
    of("Meta held the marketing message back to protect the person.",
        "Do not send it again within 24 hours."),
    // 131_050
    of("The person wants no marketing from this business.",
        "Nothing to do: respect it."),
    // 131_051
    of("WhatsApp does not know this type of message.",
        "Use another type."),
    // 131_052
    of("Meta could not fetch the file that the person sent.",
        "Ask them to send it again."),
    // 131_053
    of("Meta could not take the file that was sent.",
        "It is given to Meta once more, unless its type is wrong. Check its type, its size and, for a link, that it is reachable."),
    // 131_055
    of("This way of sending takes only marketing messages.",
        "Send it the usual way."),
    // 131_056
    of("Too many messages to this person in a short time.",
        "Nothing to do: the conversation goes on more slowly. A bot that loops should be changed."),
    // 131_057
    of("The number is in maintenance, mostly while its throughput is raised.",
        "Nothing to do: it is tried again after a minute."),
    // 131_059
    of("A page of a list is no longer available.",
        "Nothing to do: the list is fetched again from its beginning."),
    // 131_060
    of("The message is not available to the business.",
        "Ask the person to send it again."),
    // 131_061
    of("A template with a maximum price cannot be sent this way.",
        "Send it through Meta's Marketing Messages API, or use another template."),
    // 131_062
    of("This template needs a phone number, and only a user id is known.",
        "Ask for the person's phone number."),
    // 131_063
    of("Marketing templates are switched off for this account on the usual way.",
        "Switch them on at Meta, or send them through Meta's Marketing Messages API."),
    // 131_064
    of("Messaging is limited because templates had a wrong category too often.",
        "Correct the templates' categories at Meta."),
    // 131_201
    of("Only a part of the change to a group was made.",
        "Look at the details."),
    // 131_202
    of("The same change to a group was asked for twice.",
        "Nothing to do."),
    // 131_203
    of("The terms for groups are not accepted.",
        "Accept them at Meta."),
    // 131_204
    of("The group has too many people.",
        "Take somebody out first."),
    // 131_205
    of("A group could not be used as asked.",
        "Look at the details."),
    // 131_207
    of("The group is suspended.",
        "Nothing to do."),
    // 131_208
    of("Too many calls about groups.",
        "Nothing to do: calls go on after a pause."),
    // 131_209
    of("The group's picture is not square.",
        "Use a square picture."),
    // 131_210
    of("The group's picture is too small.",
        "Use a larger picture."),
    // 131_211
    of("The number has as many groups as it may have.",
        "Delete groups that nobody needs."),
    // 131_212
    of("This person, or their wish to join, is not in the group.",
        "Look at the details."),
    // 131_214
    of("No new groups for now: there was too much marketing in groups.",
        "Wait seven days, and send less marketing to groups."),
    // 131_215
    of("The number may not use groups.",
        "See Meta's conditions for groups."),
    // 132_000
    of("The template wants another number of values.",
        "Fill in all variables of the template."),
    // 132_001
    of("The template does not exist in this language, or is not approved.",
        "Choose an approved template, and exactly one of its languages."),
    // 132_005
    of("The template is too long with these values.",
        "Use shorter values."),
    // 132_007
    of("The template breaks a policy.",
        "Change the template at Meta."),
    // 132_008
    of("A value breaks the template's format.",
        "Change the value."),
    // 132_012
    of("A value has another format than the template wants.",
        "Check the kinds, names and order of the values."),
    // 132_015
    of("The template is paused because of low quality.",
        "Wait, or use another template."),
    // 132_016
    of("The template is disabled for good.",
        "Use another template."),
    // 132_018
    of("A value of the template is not valid.",
        "Check the kinds, names and order of the values."),
    // 132_068
    of("The WhatsApp Flow is blocked.",
        "Repair the Flow at Meta."),
    // 132_069
    of("The WhatsApp Flow may be sent ten times an hour for now.",
        "Repair the Flow at Meta; it is limited because it has errors."),
    // 133_000
    of("An earlier removal of the number did not finish.",
        "Remove the number again."),
    // 133_004
    of("A server at Meta is not available.",
        "Nothing to do: it is tried again."),
    // 133_005
    of("The PIN of the number is wrong.",
        "Set the PIN again at Meta."),
    // 133_006
    of("The number is not verified.",
        "Verify the number with a code."),
    // 133_008
    of("The PIN was wrong too often.",
        "Wait as long as the details say."),
    // 133_009
    of("The PIN was entered too fast.",
        "Wait a little."),
    // 133_010
    of("The number is not registered.",
        "Register the number at Meta."),
    // 133_015
    of("The number was just deleted.",
        "Wait five minutes."),
    // 133_016
    of("The number was registered or removed more than ten times in 72 hours.",
        "Wait 72 hours."),
    // 134_011
    of("The terms of WhatsApp payments are not accepted.",
        "Accept them at Meta."),
    // 134_100
    of("Only marketing templates can be sent this way.",
        "Send it the usual way."),
    // 134_101
    of("The template is still being prepared for marketing.",
        "Nothing to do: it is tried again after ten minutes."),
    // 134_102
    of("The template cannot be prepared for marketing.",
        "Try again later, or use another template."),
    // 134_103
    of("The template cannot be used for marketing now.",
        "Try again later, or use another template."),
    // 135_000
    of("Something in the request is not right; Meta does not say what.",
        "It is tried once more. Then look at the details."),
    // 136_024
    of("The number is verified already.",
        "Go on with its registration."),
    // 137_000
    of("The person's identity has changed.",
        "Make sure that it is the same person."),
    // 138_000
    of("Calls are not switched on for this number.",
        "Switch them on at Meta."),
    // 138_001
    of("This person cannot be called.",
        "Write to them."),
    // 138_002
    of("A thousand calls are going on at once.",
        "Nothing to do: it is tried again."),
    // 138_003
    of("There is such a call already.",
        "Nothing to do."),
    // 138_004
    of("The call could not be connected.",
        "Nothing to do: it is tried again."),
    // 138_005
    of("Too many calls in a short time.",
        "Nothing to do: calls go on after a pause."),
    // 138_006
    of("The person has not allowed calls.",
        "Ask them for it."),
    // 138_007
    of("The call took too long to be connected.",
        "Nothing to do: it is tried again."),
    // 138_008
    of("A call could not be made.",
        "Look at the details."),
    // 138_009
    of("The person was asked too often whether they may be called.",
        "Do not ask again for a while."),
    // 138_010
    of("A call could not be made.",
        "Look at the details."),
    // 138_012
    of("The person was called as often today as is allowed.",
        "Call again tomorrow."),
    // 138_013
    of("Calls are not allowed in this country.",
        "See Meta's list of countries."),
    // 138_014
    of("Calls are switched off because people did not want them.",
        "See the number's page at Meta."),
    // 138_015
    of("The number may not call yet: its messaging limit is below 2,000.",
        "Verify the business at Meta; the limit then grows with good quality."),
    // 138_016
    of("A call could not be made.",
        "Look at the details."),
    // 138_017
    of("The person has allowed calls for good already.",
        "Nothing to do."),
    // 138_018
    of("Nobody would take the calls: the app is not subscribed to calls.",
        "Leave calls switched off, or subscribe the app to calls at Meta."),
    // 138_019
    of("A call could not be made, or ended because of its sound.",
        "Calls are not supported here."),
    // 138_038
    of("Another partner of this number takes its calls.",
        "Change that at Meta."),
    // 139_000
    of("The WhatsApp Flow is blocked: the business account breaks a policy.",
        "See the account's quality page at Meta."),
    // 139_001
    of("The WhatsApp Flow could not be changed.",
        "Look at the details."),
    // 139_002
    of("The WhatsApp Flow could not be published.",
        "Look at the details."),
    // 139_003
    of("The WhatsApp Flow could not be retired.",
        "Look at the details."),
    // 139_004
    of("The WhatsApp Flow could not be deleted.",
        "Look at the details."),
    // 139_100
    of("Some people could not be blocked or let in again.",
        "Look at the details."),
    // 139_101
    of("The list of blocked people is full.",
        "Take people off it."),
    // 139_102
    of("The list of blocked people changed meanwhile.",
        "Nothing to do: it is tried again."),
    // 139_103
    of("The list of blocked people could not be changed because of a fault at Meta.",
        "Nothing to do: it is tried again."),
    // 147_001
    of("The business username is taken or not allowed.",
        "Choose another one."),
    // 147_002
    of("The number may have no username yet: its messaging limit is too low.",
        "Verify the business at Meta; the limit then grows with good quality."),
    // 147_003
    of("The username belongs to a Facebook page or an Instagram account that is not linked.",
        "Link it at Meta, or choose another name."),
    // 147_005
    of("Another number of the business has this username.",
        "Move it here at Meta."),
    // 200_005
    of("Figures about templates are not available for this account.",
        "Nothing to do."),
    // 200_006
    of("Figures about templates cannot be switched off again.",
        "Nothing to do."),
    // 200_007
    of("Figures about templates are not switched on.",
        "Switch them on at Meta."),
    // 1_752_041
    of("The business was invited to marketing messages already.",
        "Nothing to do."),
    // 2_388_001
    of("The number could not be moved to another business account.",
        "Look at the details."),
    // 2_388_012
    of("The number could not be moved: it is in this business account already, or in a state that does not allow it.",
        "Look at the details."),
    // 2_388_019
    of("The business account has as many templates as it may have.",
        "Delete templates that nobody needs."),
    // 2_388_039
    of("A field of the template is not right.",
        "Look at the details and change it."),
    // 2_388_040
    of("A part of the template is too long.",
        "Shorten it."),
    // 2_388_047
    of("The template's header is not right.",
        "Change the header."),
    // 2_388_072
    of("The template's body is not right.",
        "Change the body."),
    // 2_388_073
    of("The template's footer is not right.",
        "Change the footer."),
    // 2_388_077
    of("These kinds of figures cannot be asked for together.",
        "Ask for them one by one."),
    // 2_388_091
    of("The number could not be moved: its code was asked for too often, or is wrong.",
        "Wait, then ask for a new code."),
    // 2_388_093
    of("The number could not be moved: two-step verification is switched on.",
        "Switch it off where the number is now."),
    // 2_388_103
    of("The number could not be moved: one of the business accounts is not ready for it.",
        "Look at the details."),
    // 2_388_293
    of("The template has too many variables for its text.",
        "Write more text, or use fewer variables."),
    // 2_388_299
    of("The template starts or ends with a variable.",
        "Put text before or after it."),
    // 2_494_055
    of("The number sent more messages a second than it may.",
        "Nothing to do: the number goes on more slowly."),
    // 2_494_100
    of("The number is in maintenance.",
        "Nothing to do: it is tried again after some minutes."),
    // 2_494_164
    of("Sign-up inside the app is not set up for this, or a value is wrong.",
        "Look at the details."),
    // 2_494_176
    of("Sign-up inside the app is not set up for this, or a value is wrong.",
        "Look at the details."),
    // 2_494_179
    of("Sign-up inside the app is not set up for this, or a value is wrong.",
        "Look at the details."),
    // 2_494_191
    of("This app may not take the conversation: only the escalation partner may.",
        "Name the app as escalation partner at Meta."),
    // 2_593_079
    of("The business account cannot be moved to another owner this way.",
        "Look at the details."),
    // 2_593_085
    of("The business account's owner has not agreed to the move.",
        "Ask them to agree at Meta."),
    // 2_593_107
    of("The history of the phone's chats was asked for too often.",
        "It can be asked for once. Link the number again to share it anew."),
    // 2_593_108
    of("The history of the phone's chats can only be had within 24 hours of linking the number.",
        "Link the number again to share it anew."),
    // 2_593_109
    of("The business has not shared the history of the phone's chats.",
        "Nothing to do: share it from the phone if it is wanted."),
];

#[rustfmt::skip]
pub(super) static OF_PAIRS: [Explanation; PAIRS.len()] = [
    // 190, 458
    of("The app is no longer installed for the token's user.",
        "Add the app to the business again, then make a new access token and enter it in the integration."),
    // 190, 459
    of("Meta wants the token's user to sign in and confirm something first.",
        "Sign in at facebook.com as this user and follow Meta's steps; then make a new access token."),
    // 190, 460
    of("The password of the token's user was changed.",
        "Make a new access token and enter it in the integration; a system user's does not depend on a password."),
    // 190, 463
    of("The access token has ended: its time is over.",
        "Make a new access token and enter it in the integration; a system user's never ends."),
    // 190, 464
    of("The token's user has not confirmed their account at Meta.",
        "Confirm the account, then make a new access token."),
    // 190, 467
    of("The access token was revoked, or is none of Meta's.",
        "Make a new access token and enter it in the integration; check that it was copied whole."),
    // 190, 492
    of("The session behind the token is not valid: its user has lost their role in the business or the app.",
        "Give the user their role again, or use a system user's token."),
    // 200, 1_349_174
    of("The token's user has no access to this WhatsApp business account.",
        "Assign the business account to the system user, then make a new token."),
];
