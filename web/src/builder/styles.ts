// Mantine's styles for what only the builder and the list of bots use.
import '@mantine/core/styles/Badge.css'
import '@mantine/core/styles/Tabs.css'
