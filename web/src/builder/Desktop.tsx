import { Button, Modal } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { lazy, Suspense, useDeferredValue, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Bot } from '../api/types'
import css from './Builder.module.css'
import { focusNode, type Picking, useActions } from './canvas/actions'
import { Canvas } from './canvas/Canvas'
import { Find } from './canvas/Find'
import { CanvasMenu, type MenuAt } from './canvas/Menu'
import { Palette } from './canvas/Palette'
import { Picker } from './canvas/Picker'
import { Tools } from './canvas/Tools'
import { chosenNode, useDesk, useTest, useWork } from './context'
import { Inspector } from './inspector/Inspector'
import { BottomBar, type View } from './panels/BottomBar'
import { Conflict } from './panels/Conflict'
import { Connect } from './panels/Connect'
import { KeyList } from './panels/KeyList'
import { TopBar } from './panels/TopBar'
import { useKeys } from './panels/useKeys'
import { ProblemBar } from './problems/ProblemBar'

const TestPanel = lazy(() => import('./test/TestPanel').then(file => ({ default: file.TestPanel })))
const Versions = lazy(() => import('./versions/Versions').then(file => ({ default: file.Versions })))
const Publish = lazy(() => import('./versions/Publish').then(file => ({ default: file.Publish })))
const BotPanel = lazy(() => import('./panels/BotPanel').then(file => ({ default: file.BotPanel })))

const route = getRouteApi('/bots/$id')

interface Props {
  bot?: Bot
  phone: boolean
  picking?: Picking
  onPicked: () => void
  removal?: { ids: ReadonlySet<string>; lost: number }
  onRemoved: () => void
}

/** What lies on the desk: the bar, the palette, the canvas, the inspector and the test. */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: each part beside the others, with what it opens.
export function Desktop({ bot, phone, picking, onPicked, removal, onRemoved }: Props) {
  const { t } = useTranslation('builder')
  const { desk, test } = useWork()
  const actions = useActions()
  const search = route.useSearch()
  // Choosing and dragging come first; the editor follows in its own time. Who was led there may type at once.
  const chosenNow = useDesk(chosenNode)
  const chosenLater = useDeferredValue(chosenNow)
  const led = useDesk(state => state.goal !== undefined && state.goal.node === chosenNow)
  const chosen = led ? chosenNow : chosenLater
  const testing = useTest(state => state.open)
  const proposal = useDesk(state => state.proposal)
  const [view, setView] = useState<View>('flow')
  const [menu, setMenu] = useState<MenuAt>()
  const [find, setFind] = useState(false)
  const [keys, setKeys] = useState(false)
  const [lasso, setLasso] = useState(false)
  const [map, setMap] = useState(() => !phone && desk.getState().doc.order.length > 12)
  const [connecting, setConnecting] = useState<string>()
  const [panel, setPanel] = useState<'versions' | 'bot' | undefined>(search.version ? 'versions' : undefined)
  const [publishing, setPublishing] = useState(false)

  const openTest = (start?: string) => {
    void test.begin(start ? { start } : { start: undefined })
    setView('test')
  }
  const toggleTest = () => {
    if (testing) test.show(false)
    else if (test.getState().session) test.show(true)
    else openTest()
  }
  const edit = () => {
    const id = chosenNode(desk.getState())
    if (!id) return
    setPanel(undefined)
    setView('node')
    desk.getState().goTo(id)
  }
  const openFind = () => {
    setFind(true)
    setView('flow')
  }
  useKeys({
    onFind: openFind,
    onKeys: () => setKeys(true),
    onEdit: edit,
    onTest: toggleTest,
    onConnect: () => chosen && setConnecting(chosen),
    onSearch: () => actions.pick(middle(), { next: true }),
    onMap: phone ? undefined : () => setMap(!map),
    onEscape: () => {
      if (find) setFind(false)
      else if (proposal) desk.getState().propose(undefined)
      else if (panel) setPanel(undefined)
      else desk.getState().select([])
    },
    onLeave: field => {
      field.blur()
      // The node that is edited stays chosen and gets the focus: the next key is about it.
      const id = field.closest('[data-panel="inspector"]') ? chosenNode(desk.getState()) : undefined
      if (id) focusNode(id)
    },
  })
  // The editor of another node takes the place of the panels of the bot.
  useEffect(() => {
    if (chosen) setPanel(undefined)
  }, [chosen])
  useEffect(() => {
    // By what is chosen now: whoever taps for the form before it is drawn gets it when it is.
    if (phone && view === 'node' && !chosenNow) setView('flow')
  }, [phone, view, chosenNow])
  useEffect(() => {
    if (search.node && desk.getState().doc.nodes[search.node]) {
      desk.getState().select([search.node])
      setTimeout(() => actions.show(search.node!), 300)
    }
  }, [search.node, desk, actions])

  useSight(chosen, testing)

  const side = panel ? 'panel' : chosen ? 'node' : undefined
  return (
    <div className={css.desk} data-view={view} data-side={side} data-test={testing || undefined}>
      <TopBar
        bot={bot}
        testing={testing}
        onTest={() => {
          toggleTest()
          setView(testing ? 'flow' : 'test')
        }}
        onVersions={() => setPanel(panel === 'versions' ? undefined : 'versions')}
        onBot={() => setPanel(panel === 'bot' ? undefined : 'bot')}
        onPublish={() => setPublishing(true)}
        onKeys={() => setKeys(true)}
        onFind={openFind}
      />
      <div className={css.palette}>
        <Palette
          onSearch={() => actions.pick(phone ? { x: 60, y: 120 } : { x: 84, y: 64 }, { next: true })}
          onAdded={() => setView('flow')}
        />
      </div>
      <main className={css.canvas} aria-label={t('canvas.title')} id="main">
        <Canvas
          lasso={lasso}
          map={map && !phone}
          onOpen={edit}
          onMenu={(event, on) => setMenu({ x: event.clientX, y: event.clientY, ...on })}
        />
        <Empty />
        <Tools
          lasso={lasso}
          onLasso={() => setLasso(!lasso)}
          map={map}
          onMap={phone ? undefined : () => setMap(!map)}
        />
        {find && <Find onClose={() => setFind(false)} />}
        {proposal ? <LayoutBar /> : <ProblemBar onShow={() => setView('node')} onBot={() => setPanel('bot')} />}
      </main>
      {side === 'node' && chosen && (
        <div className={css.side}>
          <Inspector
            id={chosen}
            onClose={() => {
              desk.getState().select([])
              setView('flow')
            }}
            onTestFrom={openTest}
          />
        </div>
      )}
      <Suspense fallback={null}>
        {bot && panel && <Panel panel={panel} bot={bot} onClose={() => setPanel(undefined)} />}
        {testing && (
          <div className={css.test}>
            <TestPanel
              bot={bot}
              onClose={() => {
                test.show(false)
                setView('flow')
              }}
            />
          </div>
        )}
        {publishing && bot && <Publish bot={bot} onClose={() => setPublishing(false)} />}
      </Suspense>
      {phone && (
        <BottomBar
          view={view}
          onView={next => {
            if (next === 'test' && !testing) toggleTest()
            setView(next)
          }}
        />
      )}
      {picking && <Picker picking={picking} onClose={onPicked} />}
      {menu && (
        <CanvasMenu
          at={menu}
          onClose={() => setMenu(undefined)}
          onOpen={edit}
          onTestFrom={openTest}
          onConnect={setConnecting}
        />
      )}
      {connecting && <Connect node={connecting} onClose={() => setConnecting(undefined)} />}
      <KeyList open={keys} onClose={() => setKeys(false)} />
      <Conflict />
      <Removal removal={removal} onRemoved={onRemoved} />
    </div>
  )
}

/** What is looked at stays in sight when panels take room, and when the test goes on. */
function useSight(chosen: string | undefined, testing: boolean) {
  const actions = useActions()
  const at = useTest(state => (state.open ? state.at : undefined))
  const looked = chosen ?? at
  // biome-ignore lint/correctness/useExhaustiveDependencies: panels that open or close count too.
  useEffect(() => {
    if (!looked) return
    const timer = setTimeout(() => actions.show(looked), 60)
    return () => clearTimeout(timer)
  }, [looked, at, testing, actions])
}

/** A panel of the bot beside the canvas. */
function Panel({ panel, bot, onClose }: { panel: 'versions' | 'bot'; bot: Bot; onClose: () => void }) {
  const { version } = route.useSearch()
  return (
    <div className={css.side}>
      {panel === 'versions' ? (
        <Versions bot={bot} first={version} onClose={onClose} />
      ) : (
        <BotPanel bot={bot} onClose={onClose} />
      )}
    </div>
  )
}

/** Asks before connections go with what is taken away. */
function Removal({ removal, onRemoved }: Pick<Props, 'removal' | 'onRemoved'>) {
  const { t } = useTranslation('builder')
  const actions = useActions()
  return (
    <Modal
      opened={removal !== undefined}
      onClose={onRemoved}
      title={t('removal.title', { count: removal?.ids.size ?? 0 })}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <p>{t('removal.text', { count: removal?.lost ?? 0 })}</p>
      <div className={css.actions}>
        <Button variant="default" onClick={onRemoved}>
          {t('removal.keep')}
        </Button>
        <Button
          data-autofocus
          onClick={() => {
            if (removal) actions.removeNow(removal.ids)
            onRemoved()
          }}
        >
          {t('removal.delete')}
        </Button>
      </div>
    </Modal>
  )
}

const middle = () => {
  const box = document.querySelector('.react-flow')?.getBoundingClientRect()
  return box ? { x: box.left + box.width / 2 - 130, y: box.top + 80 } : { x: 200, y: 100 }
}

/** A bot that is still empty says how it begins. */
function Empty() {
  const { t } = useTranslation('builder')
  const actions = useActions()
  const empty = useDesk(desk => desk.doc.order.length === 0)
  if (!empty) return null
  return (
    <div className={css.empty}>
      <h2>{t('empty.title')}</h2>
      <p>{t('empty.text')}</p>
      <Button disabled={actions.readOnly} onClick={() => actions.pick(middle(), { next: true })}>
        {t('empty.add')}
      </Button>
    </div>
  )
}

/** An automatic layout is looked at before it is taken. */
function LayoutBar() {
  const { t } = useTranslation('builder')
  const { desk } = useWork()
  const actions = useActions()
  return (
    <div className={css.bar} role="status">
      <span className="grow">{t('layout.question')}</span>
      <Button size="xs" variant="default" onClick={() => desk.getState().propose(undefined)}>
        {t('layout.discard')}
      </Button>
      <Button size="xs" data-autofocus onClick={actions.acceptLayout}>
        {t('layout.accept')}
      </Button>
    </div>
  )
}
