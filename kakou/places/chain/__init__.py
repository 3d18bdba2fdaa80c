"""Who answers for what (责任链), street → community → gate: named, shown, printed; which communities serve which; and
photos of seals. Names and telephones are for those who may call; a place without anybody is told as a gap.
"""
