// The bots of the made-up shop.
const bye = (id, text) => ({ id, type: 'end', text })

export const orders = shop => ({
  format: 1,
  name: 'Order tracking',
  start: 'greeting',
  settings: { language: 'en' },
  variables: { topic: 'text', order_number: 'text' },
  nodes: [
    {
      id: 'greeting',
      label: 'Greeting',
      type: 'question_buttons',
      text: 'Hello {contact.name}, how can we help with your order?',
      save_as: 'topic',
      buttons: [
        { id: 'track', label: 'Track my parcel' },
        { id: 'hours', label: 'Opening hours' },
        { id: 'person', label: 'Talk to a person' },
      ],
      ports: { 'option:track': 'number', 'option:hours': 'hours', 'option:person': 'people' },
    },
    {
      id: 'number',
      label: 'Ask for number',
      type: 'question_text',
      text: 'Please type your order number, for example AO-2231.',
      save_as: 'order_number',
      ports: { next: 'lookup' },
    },
    {
      id: 'lookup',
      label: 'Look up order',
      type: 'api_request',
      method: 'GET',
      url: `${shop}/orders/{order_number}`,
      save_as: 'order',
      ports: { 'status:200': 'delivered', default: 'unknown', error: 'sorry' },
    },
    {
      id: 'delivered',
      label: 'Already delivered?',
      type: 'formula',
      mode: 'true_false',
      expression: 'IsEqual(order.json.state, "delivered")',
      ports: { true: 'there', false: 'way' },
    },
    {
      id: 'way',
      label: 'Parcel status',
      type: 'question_text',
      text: 'Your parcel is on its way. It should arrive on {order.json.eta}.\n\nTrack it here: alpaca-oak.example/t/{order_number}',
      save_as: 'more',
      ports: { next: 'thanks' },
    },
    bye('there', 'It was delivered already, {contact.name}.'),
    bye('unknown', 'We do not know the order {order_number}. Please look at the receipt again.'),
    bye('sorry', 'Our order system does not answer. Please try again in a minute.'),
    bye('hours', 'We are here Monday to Saturday, 9:00 to 19:00.'),
    {
      id: 'people',
      label: 'Talk to a person',
      type: 'handoff',
      text: 'One moment, somebody will be with you.',
      ports: { next: 'thanks' },
    },
    bye('thanks', 'Thank you, {contact.name}.'),
  ],
  layout: {
    greeting: [0, 0],
    number: [280, -120],
    lookup: [560, -120],
    delivered: [840, -120],
    way: [1120, -200],
    there: [1120, -40],
    unknown: [840, 60],
    sorry: [840, 180],
    hours: [280, 60],
    people: [280, 180],
    thanks: [1400, 0],
  },
})

export const appointments = {
  format: 1,
  name: 'Appointments',
  start: 'day',
  settings: { language: 'en' },
  variables: { day: 'text', time: 'text' },
  nodes: [
    {
      id: 'day',
      label: 'Which day',
      type: 'question_buttons',
      text: 'Which day suits you best?',
      save_as: 'day',
      buttons: [
        { id: 'thursday', label: 'Thursday' },
        { id: 'friday', label: 'Friday' },
      ],
      ports: { 'option:thursday': 'time', 'option:friday': 'time' },
    },
    {
      id: 'time',
      label: 'Which time',
      type: 'question_list',
      text: 'Which time on {day}?',
      button: 'Choose a time',
      save_as: 'time',
      sections: [
        {
          title: 'Morning',
          options: [
            { id: 'a', label: '09:30', description: 'With Lena, ground floor' },
            { id: 'b', label: '11:00', description: 'With Lena, ground floor' },
          ],
        },
        {
          title: 'Afternoon',
          options: [
            { id: 'c', label: '14:00', description: 'With Kofi, first floor' },
            { id: 'd', label: '15:30', description: 'With Kofi, first floor' },
          ],
        },
      ],
      ports: { next: 'booked' },
    },
    bye('booked', 'Booked: {day} at {time}. See you then, {contact.name}.'),
  ],
  layout: { day: [0, 0], time: [300, 0], booked: [600, 0] },
}

const plain = (name, question, end) => ({
  format: 1,
  name,
  start: 'ask',
  settings: { language: 'en' },
  variables: { answer: 'text' },
  nodes: [
    { id: 'ask', label: 'Question', type: 'question_text', text: question, save_as: 'answer', ports: { next: 'bye' } },
    bye('bye', end),
  ],
  layout: { ask: [0, 0], bye: [300, 0] },
})

export const support = plain(
  'Support desk',
  'Hello {contact.name}, what is it about?',
  'Thank you. A ticket is open; we write to you here.',
)
export const shop = plain(
  'Shop assistant',
  'Hello {contact.name}, what are you looking for?',
  'We have that in the London store.',
)
export const survey = plain('Survey', 'How did you like the workshop?', 'Thank you for telling us.')
export const ideas = plain('Spring ideas', 'Which colour do you like?', 'Noted.')
