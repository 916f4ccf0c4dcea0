// The poster of a village's open code: anybody may scan it, so what comes in by it is shown apart and called unverified.
import { html } from '/vendor/htm-preact.js';
import { t } from '../shared/i18n.js';
import { spanText } from './dates.js';

export function RatingPoster({ campaign, row, onClose }) {
  const address = row.open_address.split('#')[0].replace(/^https?:\/\//, '');
  return html`
    <div class="rating-printing" data-testid="poster">
      <div class="buttons"><button type="button" class="button button-main" onClick=${() => print()} data-testid="print-poster">${t('dashboard.print')}</button>
        <button type="button" class="button" onClick=${onClose}>${t('dashboard.close')}</button>
        <span class="fine">${t('dashboard.rating.poster_note')}</span></div>
      <div class="print-alone a4-frame" tabindex="0" role="region" aria-label=${t('dashboard.rating.act.poster')}>
        <section class="a4 poster" data-testid="poster-sheet">
          <p class="poster-where">${row.village.name}</p>
          <h3 class="poster-call">${t('dashboard.rating.poster.call')}</h3>
          <p class="poster-title">${campaign.title}</p>
          <img class="poster-qr" src=${row.open_qr_svg_data_uri} alt=${t('dashboard.rating.poster.qr', { name: row.village.name })} />
          <p class="poster-how">${t('dashboard.rating.poster.how')}</p>
          <p class="poster-promise">${t('dashboard.rating.poster.promise')}</p>
          <p class="poster-type">${t('dashboard.rating.poster.type', { address })} <code>${row.open_code_groups.join(' ')}</code></p>
          <div class="poster-apart"><p>${t('dashboard.rating.poster.apart')}</p><p>${t('dashboard.rating.poster.card_first')}</p></div>
          <p class="poster-foot">${t('dashboard.rating.poster.days', { days: spanText(campaign.first_on, campaign.last_on) })}　${t('dashboard.rating.card.hotline', { number: campaign.hotline ?? '' })}</p>
        </section>
      </div>
    </div>`;
}
