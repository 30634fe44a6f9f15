import { AxeBuilder } from '@axe-core/playwright'

import { expect, test } from './fixtures'

test.use({ expectedErrors: [/status of 410/] })

test('a result is shared, looked at by a stranger, put into a frame, and taken back', async ({
  reading,
  page,
  world,
}) => {
  await reading.goto(`/backtests/${world.runs[0]}`)
  await reading.getByRole('button', { name: 'Share' }).click()
  const dialog = reading.getByRole('dialog', { name: 'Share this result' })
  await dialog.getByLabel('Title').fill('Look at this one')
  await dialog.getByRole('button', { name: 'Make a link' }).click()
  const link = dialog.getByRole('link', { name: 'Look at this one' }).first()
  const path = (await link.getAttribute('href')) ?? ''

  await test.step('a stranger reads it', async () => {
    await page.goto(path)
    await expect(page.getByRole('heading', { name: 'Look at this one', level: 1 })).toBeVisible()
    await expect(page.getByText('Verified: every figure was recomputed')).toBeVisible()
    await expect(page.getByRole('img', { name: /^Equity, / })).toBeVisible()
    await expect(page.getByRole('rowheader').first()).toContainText('/USDT')
    expect(await page.getByRole('definition').allTextContents()).not.toContain('\u2013')
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])
    await page.emulateMedia({ colorScheme: 'dark' })
    await page.setViewportSize({ width: 390, height: 800 })
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    )
    expect(overflow).toBe(0)
  })

  await test.step('other sites may show it, as a frame and as a picture', async () => {
    const framed = await page.request.get(`${path}/embed`)
    expect(framed.headers()['content-security-policy']).toContain('frame-ancestors *')
    const picture = await page.request.get(`${path}/picture.png`)
    expect(picture.headers()['content-type']).toBe('image/png')
    const html = await (await page.request.get(path)).text()
    expect(html).toMatch(/property="og:image" content="http[^"]+picture\.png"/)
  })

  await test.step('taken back, it is gone', async () => {
    await dialog.getByRole('button', { name: 'Take it back' }).first().click()
    await expect(dialog.getByText(/^Taken back/).first()).toBeVisible()
    const answer = await page.goto(`${path}?again`)
    expect(answer?.status()).toBe(410)
    await expect(page.getByRole('heading', { name: 'This link is over' })).toBeVisible()
  })
})
