// Takes mails and forgets them: node dev/tour/mail.mjs prints the address that a demo is started with (CHASQUI_SMTP_URL).
import { mailServer } from '../../e2e/mail.mjs'

console.log((await mailServer()).url)
