import { expect, test } from './fixtures'
import { memberPaths, runPaths, strategyPaths } from './routes'
import { putStrategy } from './world'

test.describe('somebody else', () => {
  // The API answers 404, and the browser says so in its console.
  test.use({ expectedErrors: [/status of 404/] })

  test('finds nothing at the address of a strategy, its pages and a run’s tabs', async ({
    signedIn: page,
    world,
  }) => {
    for (const path of [...strategyPaths(world.strategyId), ...runPaths(world.runs[0])]) {
      await page.goto(path)
      await expect(page.getByRole('heading', { level: 1 }), path).toHaveText('Nothing here')
      await expect(page.getByText('Trend filter'), path).toHaveCount(0)
    }
  })

  test('compares with nothing of it', async ({ signedIn: page, world }) => {
    await page.goto(`/compare?runs=${world.runs.join(',')}`)
    await expect(page.getByText(`Run ${world.runs[0]}`).first()).toBeVisible()
    await expect(page.getByText('Trend filter')).toHaveCount(0)
  })

  test('cannot repeat the run', async ({ signedIn: page, world }) => {
    await page.goto(`/backtests/new?from=${world.runs[0]}`)
    await expect(page.getByRole('alert')).toBeVisible()
    await expect(page.getByText('Trend filter')).toHaveCount(0)
  })
})

test('lists hold only one’s own', async ({ signedIn: page }) => {
  await page.goto('/strategies')
  await expect(page.getByText('No strategies yet')).toBeVisible()
  await page.goto('/backtests')
  await expect(page.getByText('No backtests yet')).toBeVisible()
})

test('the signed-out are led to the sign-in from every page, and back', async ({ page, world }) => {
  for (const path of memberPaths(world)) {
    await page.goto(path)
    await expect(page.getByRole('heading', { name: 'Sign in', level: 1 }), path).toBeVisible()
    const next = new URL(page.url()).searchParams.get('next') ?? ''
    // The router may write the query of the address anew.
    expect(new URL(next, page.url()).pathname).toBe(new URL(path, page.url()).pathname)
  }
})

test('code that looks like markup is shown as text', async ({ signedIn: page, member }) => {
  const hostile = '<img src=x onerror=alert(1)>'
  const strategyId = await putStrategy(
    member,
    hostile,
    `# ${hostile}\nraise ValueError("${hostile}")\n`,
  )
  await page.goto(`/strategies/${strategyId}`)
  await expect(page.getByRole('heading', { level: 1 })).toContainText(hostile)
  await expect(page.getByRole('textbox', { name: /Code of/ })).toContainText(`# ${hostile}`)
  await expect(page.locator('img[src="x"]')).toHaveCount(0)
})
