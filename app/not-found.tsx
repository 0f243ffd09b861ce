import { messages } from '#components/messages/en.ts'
import { buttonClass } from '#components/ui/button-class.ts'

export default function NotFound() {
  const words = messages.shell.missing
  return (
    <main className="mx-auto flex min-h-[70dvh] max-w-lg flex-col items-start justify-center gap-4 px-4">
      <h1 className="text-2xl font-semibold tracking-tight">{words.title}</h1>
      <p className="text-text-2">{words.text}</p>
      <a href="/" className={buttonClass('secondary')}>{words.home}</a>
    </main>
  )
}
